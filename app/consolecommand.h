#pragma once

#include "protocol/clientframes.h"
#include "protocol/result.h"

#include <QMap>
#include <QStringList>

#include <algorithm>

namespace hearth {

/// The options of commands that administer a chat, as they were given: without their dashes, with their values.
using AdministrationOptions = QMap<QString, QString>;

/// What a command asks of the server. An error is one line for the person who typed it.
using CommandRequest = Result<ClientFrame, QString>;

/// One command of `hearthd` that asks something of a chat's server: its words, what follows them, and the request that it is.
struct ConsoleCommand
{
    QString words; ///< `user add`
    QString operands; ///< as help shows them: `NAME [for TIME]`; may be empty
    QString help;
    CommandRequest (*request)(const QStringList &operands, const AdministrationOptions &given);
    QStringList options {}; ///< those of administrationOptionHelp() that it takes

    /// Whether what somebody typed begins with its words, or its words with that.
    [[nodiscard]] bool matches(const QStringList &typed) const
    {
        const QStringList own = words.split(u' ');
        const qsizetype common = std::min(own.size(), typed.size());
        return own.first(common) == typed.first(common);
    }
    [[nodiscard]] qsizetype wordCount() const { return words.count(u' ') + 1; }
};

[[nodiscard]] inline Unexpected<QString> noUseFor(const QString &word)
{
    return Unexpected(QStringLiteral("There is no use for \"%1\".").arg(word));
}

} // namespace hearth
