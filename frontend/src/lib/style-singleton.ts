import { useEffect } from "react";

/**
 * In place of the package `react-style-singleton`, with which Radix locks the page's scroll behind a dialog: that one
 * writes a <style> into the page, which the content security policy forbids; a constructed sheet it allows.
 */
export function styleSingleton() {
  const sheet = new CSSStyleSheet();
  let mounted = 0;

  function useSheet(styles: string) {
    useEffect(() => {
      sheet.replaceSync(styles);
      if (mounted++ === 0) document.adoptedStyleSheets.push(sheet);
      return () => {
        if (--mounted === 0) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
      };
    }, [styles]);
  }

  return function Sheet({ styles }: { styles: string; dynamic?: boolean }) {
    useSheet(styles);
    return null;
  };
}
