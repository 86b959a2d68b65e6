#include "app/serveroptions.h"

#include "app/administration.h"

#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QStandardPaths>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

struct OptionNames
{
    QString option;
    QString section;
    QString key;
};

/// Options that are settings by another name.
const QList<OptionNames> &settingOptions()
{
    static const QList<OptionNames> names { { u"port"_s, u"server"_s, u"port"_s },
                                            { u"name"_s, u"server"_s, u"name"_s },
                                            { u"data"_s, u"server"_s, u"data"_s },
                                            { u"io-threads"_s, u"server"_s, u"io_threads"_s } };
    return names;
}

QList<QCommandLineOption> knownOptions()
{
    QList<QCommandLineOption> known {
        { u"config"_s, u"Read settings from FILE (docs/operating.md)."_s, u"FILE"_s },
        { u"bind"_s, u"Listen on this address of this computer; may be given several times."_s, u"ADDR"_s },
        { u"port"_s, u"Listen on this port; 0 picks a free one (7373)."_s, u"N"_s },
        { u"name"_s, u"What the chat is called."_s, u"TEXT"_s },
        { u"data"_s, u"Keep everything in this directory."_s, u"DIR"_s },
        { u"io-threads"_s, u"Serve sockets on this many threads of their own, up to 16; 0: on the one that does all else (0)."_s, u"N"_s },
        { u"no-discovery"_s, u"Do not announce the chat on the network."_s },
        { u"log-level"_s, u"debug, info, warning or error (info)."_s, u"L"_s },
        { u"check-config"_s, u"Say whether the configuration is right, and end."_s },
    };
    for (const AdministrationOption &option : administrationOptionHelp())
        known.append({ option.option, option.help, option.value });
    return known;
}

/// Behind `because` and `note` stands what somebody has to say: a word there that is none of our options is no option, whatever it
/// begins with. Gives the arguments with such words behind a `--`.
QStringList withTextApart(const QStringList &arguments, const QList<QCommandLineOption> &known)
{
    const auto isText = [](const QString &word) { return word == "because"_L1 || word == "note"_L1; };
    const auto begin = std::find_if(arguments.begin(), arguments.end(), isText);
    if (begin == arguments.end() || std::find(arguments.begin(), begin, u"--"_s) != begin)
        return arguments;
    const qsizetype behind = begin - arguments.begin() + 1;
    QStringList apart = arguments.first(behind);
    QStringList text;
    for (qsizetype i = behind; i < arguments.size(); ++i) {
        const QString &word = arguments.at(i);
        const auto option = std::find_if(known.begin(), known.end(), [&word](const QCommandLineOption &o) {
            return word.startsWith("--"_L1) && o.names().contains(word.sliced(2).section(u'=', 0, 0));
        });
        if (word == "--"_L1) {
            text += arguments.sliced(i + 1);
            break;
        }
        if (option == known.end()) {
            text.append(word);
            continue;
        }
        apart.append(word);
        const bool needsValue = !option->valueName().isEmpty() && !word.contains(u'=');
        if (needsValue && i + 1 == arguments.size())
            return arguments; // the parser says what is wrong
        if (needsValue)
            apart.append(arguments.at(++i));
    }
    return apart + QStringList { u"--"_s } + text;
}

/// How the commands that somebody means are typed.
QString helpFor(const QStringList &words)
{
    QStringList lines { u"Usage:"_s };
    for (const auto &[usage, help] : administrationHelp(words))
        lines += { u"  hearthd "_s + usage, u"      "_s + help };
    return lines.join(u'\n');
}

/// What the words that are no options ask for.
Result<void, QString> takeCommand(const QStringList &words, const AdministrationOptions &given, ServerOptions &options)
{
    using Action = ServerOptions::Action;
    const QString command = words.value(0);
    if (!isAdministration(command) && !given.isEmpty())
        return Unexpected(u"There is no use for --%1."_s.arg(given.firstKey()));
    if (words.isEmpty())
        return {};
    if (isAdministration(command)) {
        const auto request = administrationRequest(words, given);
        if (!request)
            return Unexpected(request.error());
        options.action = Action::Administer;
        options.request = *request;
        options.passwordFile = given.value(u"password-file"_s);
        return {};
    }
    const QHash<QString, Action> actions { { u"backup"_s, Action::Backup },
                                           { u"restore"_s, Action::Restore },
                                           { u"check"_s, Action::Check },
                                           { u"fingerprint"_s, Action::Fingerprint } };
    const auto action = actions.constFind(command);
    if (action == actions.constEnd())
        return Unexpected(u"There is no use for \"%1\"."_s.arg(command));
    const bool needsFile = *action == Action::Backup || *action == Action::Restore;
    const qsizetype wanted = needsFile ? 2 : 1;
    if (words.size() > wanted)
        return Unexpected(u"There is no use for \"%1\"."_s.arg(words.at(wanted)));
    if (words.size() < wanted || (needsFile && words.at(1).isEmpty()))
        return Unexpected(u"%1 needs a file."_s.arg(command));
    options.action = *action;
    options.file = words.value(1);
    return {};
}

} // namespace

QString defaultDataDirectory()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/hearth/server"_s;
}

void prepareDataDirectory(const ServerSettings &settings)
{
    if (settings.dataDirectory == defaultDataDirectory())
        QDir().mkpath(QFileInfo(settings.dataDirectory).path()); // where it cannot be made, the store says so
}

bool setLogLevel(const QString &level)
{
    const QStringList levels { u"debug"_s, u"info"_s, u"warning"_s, u"error"_s };
    const qsizetype wanted = levels.indexOf(level);
    if (wanted < 0)
        return false;
    const QStringList types { u"debug"_s, u"info"_s, u"warning"_s };
    QString rules;
    for (qsizetype i = 0; i < types.size(); ++i)
        rules += u"hearth.*.%1=%2\nhearth.%1=%2\n"_s.arg(types.at(i), i >= wanted ? u"true"_s : u"false"_s);
    QLoggingCategory::setFilterRules(rules);
    return true;
}

Result<ServerOptions, QString> parseServerOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Serves a chat to everyone on this network."_s);
    const QList<QCommandLineOption> known = knownOptions();
    parser.addOptions(known);
    parser.addPositionalArgument(u"backup FILE"_s, u"Instead of serving: write all data to FILE, also while a server runs."_s,
                                 u"[backup FILE | restore FILE | check | fingerprint | user … | kick … | ban … | …]"_s);
    parser.addPositionalArgument(u"restore FILE"_s, u"Instead of serving: put a backup in place of the data."_s, u" "_s);
    parser.addPositionalArgument(u"check"_s, u"Instead of serving: verify the data, also while a server runs."_s, u" "_s);
    parser.addPositionalArgument(u"fingerprint"_s, u"Instead of serving: tell the key's fingerprint, and links that carry it."_s, u" "_s);
    for (const auto &[command, help] : administrationHelp())
        parser.addPositionalArgument(command, help, u" "_s);
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption help = parser.addHelpOption();
    const auto wrong = [](const QString &text) { return Unexpected(text + u" Run with --help for what there is."_s); };
    if (!parser.parse(withTextApart(arguments, known + QList { version, help })))
        return wrong(parser.errorText());
    const QStringList words = parser.positionalArguments();
    const bool isAdministering = isAdministration(words.value(0));
    ServerOptions options;
    options.helpText = isAdministering ? helpFor(words) : parser.helpText();
    if (parser.isSet(help)) {
        options.action = ServerOptions::Action::ShowHelp;
        return options;
    }
    if (parser.isSet(version)) {
        options.action = ServerOptions::Action::ShowVersion;
        return options;
    }
    AdministrationOptions given;
    for (const AdministrationOption &option : administrationOptionHelp()) {
        if (parser.isSet(option.option))
            given.insert(option.option, parser.value(option.option));
    }
    if (const auto taken = takeCommand(words, given, options); !taken)
        return isAdministering ? Unexpected(taken.error()) : wrong(taken.error()); // the first tells how it is typed
    options.settings.dataDirectory = defaultDataDirectory();
    if (parser.isSet(u"config"_s)) {
        if (const auto read = readConfiguration(parser.value(u"config"_s), options.settings); !read)
            return Unexpected(read.error().toString());
    }
    for (const OptionNames &names : settingOptions()) {
        if (!parser.isSet(names.option))
            continue;
        if (const auto applied = applySetting(options.settings, names.section, names.key, parser.value(names.option)); !applied)
            return Unexpected(u"--%1: %2"_s.arg(names.option, applied.error()));
    }
    if (parser.isSet(u"bind"_s)) {
        const QString all = parser.values(u"bind"_s).join(u',');
        if (const auto applied = applySetting(options.settings, u"server"_s, u"bind"_s, all); !applied)
            return Unexpected(u"--bind: "_s + applied.error());
    }
    if (parser.isSet(u"no-discovery"_s))
        options.settings.discovery = false;
    if (parser.isSet(u"log-level"_s)) {
        options.logLevel = parser.value(u"log-level"_s);
        if (!QStringList { u"debug"_s, u"info"_s, u"warning"_s, u"error"_s }.contains(options.logLevel))
            return Unexpected(u"--log-level: debug, info, warning or error is expected, not \"%1\"."_s.arg(options.logLevel));
    }
    if (parser.isSet(u"check-config"_s))
        options.action = ServerOptions::Action::CheckConfig;
    return options;
}

} // namespace hearth
