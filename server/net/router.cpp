#include "server/net/router.h"

#include <QByteArray>
#include <QUrl>

namespace hearth {

namespace {

/// A segment's text; nothing where it does not decode to UTF-8.
std::optional<QString> decodeSegment(QStringView encoded)
{
    const QByteArray bytes = QByteArray::fromPercentEncoding(encoded.toUtf8());
    if (!QUtf8StringView(bytes).isValidUtf8() || bytes.contains('\0'))
        return std::nullopt;
    return QString::fromUtf8(bytes);
}

} // namespace

void Router::add(const QString &pattern, Channel &channel)
{
    Q_ASSERT(pattern.startsWith(u'/'));
    const QStringList segments = pattern.sliced(1).split(u'/');
    QStringList names;
    for (const QString &segment : segments) {
        Q_ASSERT(!segment.isEmpty());
        if (segment.startsWith(u':')) {
            Q_ASSERT(segment.size() > 1 && !names.contains(segment));
            names.append(segment);
        }
    }
    m_routes.push_back({ segments, &channel });
}

void Router::forEachChannel(const std::function<void(Channel &)> &visit) const
{
    for (const Route &route : m_routes)
        visit(*route.channel);
}

Router Router::mapped(const std::function<Channel &(Channel &)> &other) const
{
    Router router;
    for (const Route &route : m_routes)
        router.m_routes.push_back({ route.segments, &other(*route.channel) });
    return router;
}

std::optional<Router::Match> Router::match(QStringView path) const
{
    if (!path.startsWith(u'/'))
        return std::nullopt;
    QStringList segments;
    for (const QStringView part : path.sliced(1).split(u'/')) {
        const auto segment = decodeSegment(part);
        if (!segment || segment->isEmpty())
            return std::nullopt;
        segments.append(*segment);
    }
    for (const Route &route : m_routes) {
        if (route.segments.size() != segments.size())
            continue;
        Match match { route.channel, {} };
        bool isSame = true;
        for (qsizetype i = 0; isSame && i < segments.size(); ++i) {
            const QString &wanted = route.segments.at(i);
            if (wanted.startsWith(u':'))
                match.parameters.insert(wanted.sliced(1), segments.at(i));
            else
                isSame = wanted == segments.at(i);
        }
        if (isSame)
            return match;
    }
    return std::nullopt;
}

} // namespace hearth
