// A button that copies the text of another element; without scripts the text is selected by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const told = button.nextElementSibling;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      told.textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(text); // copied by the keyboard then
      told.textContent = button.dataset.failed;
    }
  });
}
