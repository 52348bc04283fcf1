// Follows a batch that is being made: asks for the page again and takes over what has changed of it; once the batch
// has ended, the whole page. Without this script the page asks for itself anew (meta refresh).
"use strict";
{
  const PAUSE = 2000; // Milliseconds between two questions.
  const parts = ["batch-progress", "batch-documents"];

  const address = () => {
    const asked = new URL(location.href);
    asked.searchParams.set("watch", "1"); // Looking on is no activity: it keeps nobody signed in.
    return asked;
  };
  const takeOver = (page) => {
    for (const id of parts) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    }
  };
  const follow = async () => {
    try {
      const answer = await fetch(address(), { redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("#batch-progress[data-follow]")) return location.reload();
      takeOver(page);
    } catch { /* the site is busy, or nobody is signed in any more: ask again */ }
    setTimeout(follow, PAUSE);
  };
  setTimeout(follow, PAUSE);
}
