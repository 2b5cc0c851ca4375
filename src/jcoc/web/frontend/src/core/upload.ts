// A file field: shows what was chosen, refuses at once what is too large, and shows how far the sending has come where
// its form asks for that (data-upload-form, and data-unsent: what to say without a connection). Without this script it is the browser's own field, and the server decides.

const UNITS: [number, string][] = [[1024 ** 2, "MB"], [1024, "kB"]];

function size(bytes: number): string {
  const [one, unit] = UNITS.find(([limit]) => bytes >= limit) ?? [1, "B"];
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: bytes < 10 * one ? 1 : 0 });
  return `${number.format(bytes / one)} ${unit}`;
}

function part<T extends Element>(box: Element, selector: string): T {
  return box.querySelector<T>(selector)!;
}

function say(box: Element, text: string): void {
  const fault = part<HTMLElement>(box, "[data-upload-fault]");
  part(fault, "span").textContent = text;
  fault.hidden = !text;
  const input = part<HTMLInputElement>(box, "input[type=file]");
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function show(box: HTMLElement): void {
  const input = part<HTMLInputElement>(box, "input[type=file]");
  const chosen = part<HTMLElement>(box, ".upload-chosen");
  const picture = part<HTMLImageElement>(box, ".upload-picture");
  const file = input.files?.[0];
  if (picture.src) URL.revokeObjectURL(picture.src);
  picture.removeAttribute("src");
  picture.hidden = true;
  chosen.hidden = !file;
  say(box, "");
  if (!file) return;
  part(box, ".upload-name").textContent = file.name;
  part(box, ".upload-size").textContent = size(file.size);
  const most = Number(input.dataset.most);
  if (most && file.size > most) {
    say(box, (box.dataset.tooLarge ?? "").replace("{size}", size(file.size)).replace("{most}", size(most)));
    input.value = "";
    chosen.hidden = true;
    input.focus();
    return;
  }
  if (/^image\/(jpeg|png|webp)$/.test(file.type)) {
    picture.onload = () => { picture.hidden = false; };
    picture.src = URL.createObjectURL(file);
  }
}

function send(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const bar = form.querySelector<HTMLProgressElement>(".upload progress");
  const buttons = form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])");
  const request = new XMLHttpRequest();
  const ended = (): void => {
    if (bar) bar.hidden = true;
    for (const button of buttons) button.disabled = false;
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.responseType = "document";
  request.upload.onprogress = ({ loaded, total }) => {
    if (!bar || !total) return;
    bar.hidden = false;
    bar.value = Math.round((100 * loaded) / total);
  };
  request.onload = () => {
    ended();
    const answer = request.response as Document | null;
    const again = form.id ? answer?.getElementById(form.id) : null;
    if (request.status === 422 && again) {
      form.replaceWith(document.importNode(again, true));
      document.getElementById(form.id)?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    } else if (request.status < 400) {
      location.assign(request.responseURL);
    } else {
      form.submit(); // the browser shows the server's page of refusal
    }
  };
  request.onerror = () => {
    ended();
    const box = form.querySelector(".upload");
    if (box) say(box, form.dataset.unsent ?? "");
  };
  const data = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) data.set(submitter.name, submitter.value);
  for (const button of buttons) button.disabled = true;
  request.send(data);
}

document.addEventListener("change", (event) => {
  const box = event.target instanceof HTMLInputElement && event.target.type === "file" ? event.target.closest<HTMLElement>("[data-upload]") : null;
  if (box) show(box);
});
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-upload-clear]") : null;
  const box = button?.closest<HTMLElement>("[data-upload]");
  if (!box) return;
  const input = part<HTMLInputElement>(box, "input[type=file]");
  input.value = "";
  show(box);
  input.focus();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.uploadForm === undefined || event.defaultPrevented) return;
  if (![...form.querySelectorAll<HTMLInputElement>("input[type=file]")].some((input) => input.files?.length)) return;
  event.preventDefault();
  send(form, event.submitter);
});
