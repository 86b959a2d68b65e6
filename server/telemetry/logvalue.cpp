#include "server/telemetry/logvalue.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype MaxValueLength = 512;

/// Line breaks of every kind, what moves a terminal's cursor, and what turns the direction of the text round.
bool isControl(QChar c)
{
    return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format
        || c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph;
}

void appendEscaped(QString &to, QChar c)
{
    if (c == u'\n')
        to += "\\n"_L1;
    else if (c == u'\r')
        to += "\\r"_L1;
    else if (c == u'\t')
        to += "\\t"_L1;
    else
        to += u"\\u%1"_s.arg(int(c.unicode()), 4, 16, QChar(u'0'));
}

bool isOneWord(const QString &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c > u' ' && c < u'\x7f' && c != u'"' && c != u'\\' && c != u'=';
    });
}

} // namespace

QString logValue(const QString &text)
{
    const QString shown = text.size() > MaxValueLength ? text.first(MaxValueLength) + u'…' : text;
    if (isOneWord(shown))
        return shown;
    QString quoted(1, u'"');
    for (const QChar c : shown) {
        if (isControl(c)) {
            appendEscaped(quoted, c);
            continue;
        }
        if (c == u'"' || c == u'\\')
            quoted += u'\\';
        quoted += c;
    }
    return quoted + u'"';
}

QString logLine(const QString &text)
{
    if (std::none_of(text.begin(), text.end(), isControl))
        return text;
    QString line;
    for (const QChar c : text) {
        if (isControl(c))
            appendEscaped(line, c);
        else
            line += c;
    }
    return line;
}

} // namespace hearth
