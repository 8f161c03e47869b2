import type { Locator, Page } from 'playwright-core';

/**
 * Follows a link of a text editor as a user does, with the modifier held. By coordinates: the editor draws
 * the line anew as the pointer comes, so the element itself is gone by the time it is clicked.
 */
export async function followLink(
  page: Page,
  link: Locator,
  held: readonly string[],
): Promise<void> {
  const box = await placeOf(link);
  for (const key of held) await page.keyboard.down(key);
  try {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  } finally {
    for (const key of held) await page.keyboard.up(key);
  }
}

/** Where something is once it stays there: an editor may still be about to draw or to move it. */
async function placeOf(link: Locator) {
  await link.waitFor();
  let before: Awaited<ReturnType<Locator['boundingBox']>> = null;
  for (;;) {
    const box = await link.boundingBox();
    if (box && before && box.x === before.x && box.y === before.y) return box;
    before = box;
    await link.page().evaluate('new Promise(requestAnimationFrame)');
  }
}
