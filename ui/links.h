#pragma once

#include <QList>
#include <QString>
#include <QUrl>

namespace hearth {

/// A link in a plain text: where it stands and where it leads.
struct TextLink
{
    qsizetype start = 0; ///< UTF-16 units
    qsizetype length = 0;
    QUrl url;
    friend bool operator==(const TextLink &, const TextLink &) = default;
};

/// The http and https links of a text, in order; no other scheme is one. Punctuation that ends a sentence or
/// closes a bracket is not part of it. At most 100 are looked for.
[[nodiscard]] QList<TextLink> findLinks(const QString &text);

/// The host that a link really leads to, in the form that cannot be mistaken for another (punycode where it is not
/// ASCII), without what stands before an `@`.
[[nodiscard]] QString realHost(const QUrl &url);

} // namespace hearth
