#include "ui/links.h"

#include <QRegularExpression>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int MaxLinks = 100;
constexpr qsizetype MaxLinkLength = 2'048; // UTF-16 units

bool endsSentence(QChar c) { return u".,;:!?'\"”’»…*_~"_s.contains(c); }

qsizetype trimmedLength(QStringView link)
{
    qsizetype length = link.size();
    while (length > 0) {
        const QChar last = link.at(length - 1);
        const QStringView head = link.first(length);
        const bool closesNothing = (last == u')' && head.count(u'(') < head.count(u')'))
            || (last == u']' && head.count(u'[') < head.count(u']')) || last == u'>' || last == u'}';
        if (!endsSentence(last) && !closesNothing)
            break;
        --length;
    }
    return length;
}

} // namespace

QList<TextLink> findLinks(const QString &text)
{
    // Controls and bidirectional overrides end a link: they could make it look like another.
    static const QRegularExpression pattern(
        u"(?<![\\p{L}\\p{N}_])https?://[^\\s<>\"\\x{0}-\\x{1f}\\x{200b}-\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]+"_s,
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    QList<TextLink> links;
    auto matches = pattern.globalMatch(text);
    while (matches.hasNext() && links.size() < MaxLinks) {
        const auto match = matches.next();
        const qsizetype length = trimmedLength(match.capturedView());
        if (length > MaxLinkLength)
            continue;
        const QUrl url(match.captured().first(length), QUrl::StrictMode);
        if (url.isValid() && !url.host().isEmpty())
            links.append({ match.capturedStart(), length, url });
    }
    return links;
}

QString realHost(const QUrl &url)
{
    QString host = url.host(QUrl::FullyEncoded);
    if (url.port() >= 0)
        host += u':' + QString::number(url.port());
    return host;
}

} // namespace hearth
