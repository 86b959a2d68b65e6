#include "app/passwordinput.h"

#include "app/platform.h"
#include "protocol/limits.h"

#include <QFile>

#include <cstdio>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 MaxLine = limits::MaxPasswordLength + 2;

Result<QString, QString> firstLine(QFile &file)
{
    QByteArray line = file.readLine(MaxLine + 1);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    if (line.isEmpty())
        return Unexpected(u"There is no password."_s);
    if (line.size() > limits::MaxPasswordLength)
        return Unexpected(u"A password has at most %1 bytes."_s.arg(limits::MaxPasswordLength));
    return QString::fromUtf8(line);
}

void prompt(const QString &text)
{
    std::fputs(qPrintable(text), stderr);
    std::fflush(stderr);
}

Result<QString, QString> askTwice(QFile &terminal)
{
    const HiddenInput hidden;
    prompt(u"New password: "_s);
    const auto first = firstLine(terminal);
    prompt(u"\nAgain: "_s);
    const auto second = first ? firstLine(terminal) : first;
    prompt(u"\n"_s);
    if (!second || *first != *second)
        return first ? Unexpected(u"The two are not the same."_s) : first;
    return first;
}

} // namespace

Result<QString, QString> readNewPassword(const QString &file)
{
    if (!file.isEmpty()) {
        QFile source(file);
        if (!source.open(QIODevice::ReadOnly))
            return Unexpected(u"The password file %1 cannot be read (%2)."_s.arg(file, source.errorString()));
        return firstLine(source);
    }
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return Unexpected(u"There is no password."_s);
    return HiddenInput::isTerminal() ? askTwice(input) : firstLine(input);
}

} // namespace hearth
