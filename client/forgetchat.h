#pragma once

#include <QString>

#include <functional>
#include <memory>
#include <optional>

class QObject;
class QUrl;

namespace hearth {

class Keychain;

/// Removes what `directory` and `keychain` (which may be null) hold of the chat at this address, for all names: what was
/// said, what is not sent yet, what lets this device in. `done` hears on this thread, unless `context` is gone by then:
/// nothing when it is done, else why not, in the database's words; empty where the keychain does not let go of a token, and then
/// nothing went.
void forgetChat(const QString &directory, const std::shared_ptr<Keychain> &keychain, const QUrl &url, QObject *context,
                std::function<void(const std::optional<QString> &whyNot)> done);

} // namespace hearth
