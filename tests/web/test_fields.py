from django import forms
from django.template import Context, Template
from django.utils import translation


class Asked(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False)
    way = forms.ChoiceField(choices=[("a", "A")], required=False, widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


def test_a_field_that_may_stay_empty_says_so_and_a_tick_does_not() -> None:
    template = Template("{% load web %}{% field bound %}")
    for language, words in (("id", "(boleh kosong)"), ("en", "(optional)")):
        with translation.override(language):
            said = {bound.name: words in template.render(Context({"bound": bound})) for bound in Asked()}
        assert said == {"name": False, "note": True, "way": True, "agreed": False}
