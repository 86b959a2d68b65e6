#pragma once

#include "app/inifile.h"
#include "server/chat/serversettings.h"

#include <functional>
#include <vector>

namespace hearth {

/// One setting of the configuration file. docs/operating.md lists them all; a test keeps the two together.
struct Setting
{
    QString section;
    QString key;
    /// Takes the value over, or says in a sentence what would be right.
    std::function<Result<void, QString>(ServerSettings &settings, const QString &value)> apply;
};

[[nodiscard]] const std::vector<Setting> &allSettings();

/// Reads `fileName` over `settings`. Unknown sections and keys, wrong values and contradictions are refused with
/// the line where they stand; `settings` is as before then.
[[nodiscard]] Result<void, ConfigError> readConfiguration(const QString &fileName, ServerSettings &settings);
[[nodiscard]] Result<void, ConfigError> applyEntries(const QList<IniEntry> &entries, const QString &fileName,
                                                     ServerSettings &settings);
/// One setting by name, as the command line gives it.
[[nodiscard]] Result<void, QString> applySetting(ServerSettings &settings, const QString &section, const QString &key,
                                                 const QString &value);

} // namespace hearth
