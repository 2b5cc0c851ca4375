from django.urls import path

from jcoc.operations.wall import views as wall

app_name = "operations"
urlpatterns = [
    path("wall/", wall.wall, name="wall"),
    path("wall/state.json", wall.state, name="wall-state"),
    path("wall/spark.json", wall.spark, name="wall-spark"),
]
