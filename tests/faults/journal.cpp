#include "tests/faults/journal.h"

#include <QDateTime>
#include <QJsonDocument>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

Journal::Journal(const QString &fileName) : m_file(fileName)
{
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
        qFatal("cannot write the journal %s", qPrintable(fileName));
}

void Journal::write(QLatin1StringView what, QJsonObject facts)
{
    facts["what"_L1] = what;
    facts["at"_L1] = QDateTime::currentMSecsSinceEpoch();
    m_file.write(QJsonDocument(facts).toJson(QJsonDocument::Compact) + '\n');
}

QList<QJsonObject> readJournal(const QString &fileName)
{
    QFile file(fileName);
    QList<QJsonObject> lines;
    if (!file.open(QIODevice::ReadOnly))
        return lines;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        if (line.endsWith('\n'))
            lines.append(QJsonDocument::fromJson(line).object());
    }
    return lines;
}

} // namespace hearth::test
