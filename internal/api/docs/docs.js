// Asks what a form says and shows the answer; without it the page is to read.
const most = 20000;

function address(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.value !== "") query.append(input.name, input.value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function ask(form) {
  const out = form.nextElementSibling;
  const url = address(form);
  const request = { method: form.dataset.method, headers: {} };
  if (form.elements.accept) request.headers.Accept = form.elements.accept.value;
  if (form.elements.body) {
    request.body = form.elements.body.value;
    request.headers["Content-Type"] = "application/json";
  }
  out.hidden = false;
  out.textContent = `${request.method} ${url} …`;
  try {
    const answer = await fetch(url, request);
    const type = answer.headers.get("Content-Type") ?? "";
    let body = type.includes("parquet") ? `${(await answer.arrayBuffer()).byteLength} bytes` : await answer.text();
    if (type.includes("json") && !type.includes("ndjson") && body !== "") body = JSON.stringify(JSON.parse(body), null, 1);
    if (body.length > most) body = `${body.slice(0, most)}\n… ${body.length} characters`;
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    out.textContent = `${request.method} ${url}\n${answer.status} ${answer.statusText}\n${head}\n\n${body}`;
  } catch (error) {
    out.textContent = `${request.method} ${url}\n${error}`;
  }
}

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}

const find = document.getElementById("find");
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const part of document.querySelectorAll("details")) {
    part.hidden = !words.every((word) => part.dataset.words.toLowerCase().includes(word));
  }
});

// A link to a part opens it.
function open() {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (part?.tagName === "DETAILS") part.open = true;
}
addEventListener("hashchange", open);
open();
