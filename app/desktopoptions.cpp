#include "app/desktopoptions.h"

#include <QCommandLineParser>

#include <cstring>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

QString addressProblem(AddressError error)
{
    switch (error) {
    case AddressError::Empty:
        return u"An address is missing."_s;
    case AddressError::UnknownScheme:
        return u"A link begins with hearth://, wss:// or ws://."_s;
    case AddressError::NoHost:
        return u"There is no host in it."_s;
    case AddressError::BadPort:
        return u"The port is a number from 1 to 65535."_s;
    case AddressError::BadRoom:
        return u"The path of a link is /chat or /chat/ and a room."_s;
    case AddressError::BadLink:
        return u"Something is missing or changed in this link; copy the whole link."_s;
    }
    return {};
}

} // namespace

bool wantsHeadless(int argc, char **argv)
{
    for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
        if (std::strcmp(argv[i], "--headless") == 0)
            return true;
    }
    return false;
}

Result<DesktopOptions, QString> parseDesktopOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Chat for people on one network: host one, or join one."_s);
    parser.addOptions({
        { u"host"_s, u"Host a chat at once."_s },
        { u"join"_s, u"Join the chat at this address or link at once."_s, u"URL"_s },
        { u"user"_s, u"The name that others see."_s, u"NAME"_s },
        { u"port"_s, u"Host on this port; 0 picks a free one (7373)."_s, u"N"_s },
        { u"name"_s, u"What the hosted chat is called."_s, u"TEXT"_s },
        { u"data"_s, u"Keep everything in this directory."_s, u"DIR"_s },
        { u"bind"_s, u"Host on this address of this computer; may be given several times."_s, u"ADDR"_s },
        { u"no-discovery"_s, u"Do not announce the hosted chat on the network."_s },
        { u"headless"_s, u"Serve without a window; all options of hearthd are there then."_s },
    });
    parser.addPositionalArgument(u"link"_s, u"A hearth:// link: fills it in, and waits until somebody presses Join."_s, u"[LINK]"_s);
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption help = parser.addHelpOption();
    const auto wrong = [](const QString &text) { return Unexpected(text + u" Run with --help for what there is."_s); };
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    const QStringList others = parser.positionalArguments();
    if (others.size() > 1)
        return wrong(u"There is no use for \"%1\"."_s.arg(others.at(1)));

    DesktopOptions options;
    options.helpText = parser.helpText();
    if (parser.isSet(help)) {
        options.action = DesktopOptions::Action::ShowHelp;
        return options;
    }
    if (parser.isSet(version)) {
        options.action = DesktopOptions::Action::ShowVersion;
        return options;
    }
    options.hosts = parser.isSet(u"host"_s);
    if (options.hosts && parser.isSet(u"join"_s))
        return wrong(u"--host and --join exclude each other."_s);
    if (parser.isSet(u"join"_s)) {
        const auto address = ServerAddress::parse(parser.value(u"join"_s));
        if (!address)
            return Unexpected(u"--join: %1 It looks like 192.168.1.20 or hearth://192.168.1.20:7373/."_s.arg(addressProblem(address.error())));
        options.join = *address;
    }
    if (!others.isEmpty()) {
        if (!others.first().startsWith("hearth://"_L1))
            return wrong(u"There is no use for \"%1\"."_s.arg(others.first()));
        if (options.hosts || options.join)
            return wrong(u"A link excludes --host and --join."_s);
        options.link = others.first();
    }
    if (parser.isSet(u"user"_s)) {
        const auto user = UserName::parse(parser.value(u"user"_s));
        if (!user)
            return Unexpected(u"--user: A name has 1 to 32 characters, without @, #, : and invisible ones."_s);
        options.user = *user;
    }
    options.dataDirectory = parser.value(u"data"_s);
    if (parser.isSet(u"data"_s) && options.dataDirectory.isEmpty())
        return Unexpected(u"--data: A directory is expected."_s);

    options.serverArguments = { arguments.value(0) };
    for (const QString &option : { u"port"_s, u"name"_s, u"data"_s, u"bind"_s }) {
        for (const QString &value : parser.values(option))
            options.serverArguments << u"--"_s + option << value;
    }
    if (parser.isSet(u"no-discovery"_s))
        options.serverArguments << u"--no-discovery"_s;
    return options;
}

} // namespace hearth
