#pragma once

#include <QHash>
#include <QString>
#include <QStringList>
#include <QStringView>

#include <functional>
#include <optional>
#include <vector>

namespace hearth {

class Channel;

/// Which channel serves which path. Patterns are absolute paths whose segments are literal or a
/// parameter: `/chat`, `/chat/:room`. The first pattern added that matches wins. Channels are not owned.
class Router
{
public:
    struct Match
    {
        Channel *channel = nullptr;
        QHash<QString, QString> parameters; ///< percent-decoded
    };

    /// A pattern that does not start with `/`, has an empty segment or names a parameter twice is a bug of
    /// the caller.
    void add(const QString &pattern, Channel &channel);
    /// `path` is percent-encoded, without query. Nothing where nobody registered, or where a segment does
    /// not decode to UTF-8.
    [[nodiscard]] std::optional<Match> match(QStringView path) const;
    /// Once for each path that leads there.
    void forEachChannel(const std::function<void(Channel &)> &visit) const;
    /// The same paths, with another channel in place of each.
    [[nodiscard]] Router mapped(const std::function<Channel &(Channel &)> &other) const;

private:
    struct Route
    {
        QStringList segments;
        Channel *channel;
    };
    std::vector<Route> m_routes;
};

} // namespace hearth
