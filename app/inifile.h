#pragma once

#include "protocol/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace hearth {

/// One `key = value` of an INI file, or the `[section]` line itself (then `key` is empty), with the place where it
/// stands.
struct IniEntry
{
    QString section;
    QString key;
    QString value; ///< trimmed
    int line = 0; ///< from 1
};

/// What is wrong with a configuration, and where.
struct ConfigError
{
    QString file;
    int line = 0; ///< 0: nowhere in particular
    QString key; ///< empty: the line itself is wrong
    QString text; ///< a sentence

    /// `file:line: key: text`, as much of it as there is.
    [[nodiscard]] QString toString() const;
};

/// Reads an INI file: `[section]`, `key = value`, comments after `#` or `;` at the start of a line. Strict: whatever
/// is none of these is an error, so is a key given twice. (QSettings reads such files too, but forgets where
/// things stood, unescapes backslashes and takes anything for a value.)
[[nodiscard]] Result<QList<IniEntry>, ConfigError> parseIni(const QByteArray &contents, const QString &fileName);
[[nodiscard]] Result<QList<IniEntry>, ConfigError> readIniFile(const QString &fileName);

} // namespace hearth
