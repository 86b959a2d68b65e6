#include "app/inifile.h"

#include <QFile>
#include <QSet>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 MaxFileSize = 1024 * 1024; // bytes: a configuration is not longer

} // namespace

QString ConfigError::toString() const
{
    QString place = file;
    if (line > 0)
        place += u':' + QString::number(line);
    if (!key.isEmpty())
        place += (place.isEmpty() ? QString() : u": "_s) + key;
    return place.isEmpty() ? text : place + u": "_s + text;
}

Result<QList<IniEntry>, ConfigError> parseIni(const QByteArray &contents, const QString &fileName)
{
    if (!QUtf8StringView(contents).isValidUtf8())
        return Unexpected(ConfigError { fileName, 0, {}, u"The file is not UTF-8 text."_s });
    QList<IniEntry> entries;
    QSet<QString> seen;
    QString section;
    int number = 0;
    const QString all = QString::fromUtf8(contents);
    for (const QStringView raw : QStringView(all).split(u'\n')) {
        ++number;
        const QStringView line = raw.trimmed();
        const auto wrong = [&](const QString &text, const QString &key = {}) {
            return Unexpected(ConfigError { fileName, number, key, text });
        };
        if (line.isEmpty() || line.startsWith(u'#') || line.startsWith(u';'))
            continue;
        if (line.startsWith(u'[')) {
            section = line.endsWith(u']') ? line.sliced(1, line.size() - 2).trimmed().toString() : QString();
            if (section.isEmpty())
                return wrong(u"A section looks like [section]."_s);
            entries.append(IniEntry { section, {}, {}, number });
            continue;
        }
        const qsizetype equals = line.indexOf(u'=');
        if (equals <= 0)
            return wrong(u"A line is a [section], a key = value or a # comment."_s);
        const IniEntry entry { section, line.first(equals).trimmed().toString(), line.sliced(equals + 1).trimmed().toString(), number };
        if (section.isEmpty())
            return wrong(u"The key stands before any [section]."_s, entry.key);
        const QString name = section + u'/' + entry.key;
        if (seen.contains(name))
            return wrong(u"The key is given twice."_s, entry.key);
        seen.insert(name);
        entries.append(entry);
    }
    return entries;
}

Result<QList<IniEntry>, ConfigError> readIniFile(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected(ConfigError { fileName, 0, {}, u"The file cannot be read (%1)."_s.arg(file.errorString()) });
    if (file.size() > MaxFileSize)
        return Unexpected(ConfigError { fileName, 0, {}, u"The file is too large for a configuration."_s });
    return parseIni(file.readAll(), fileName);
}

} // namespace hearth
