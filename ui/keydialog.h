#pragma once

#include "client/connectionstatus.h"

#include <QDialog>

namespace hearth {

/// Asks whether a server is the right one, or says that it is not the one from before. `accepted` means that a person
/// trusts the key; a changed key can only be trusted where a link vouches for it, and never by just pressing Enter.
class KeyDialog : public QDialog
{
    Q_OBJECT

public:
    /// `status` is UnknownKey or ChangedKey.
    KeyDialog(const ConnectionStatus &status, const QString &address, QWidget *parent);
};

} // namespace hearth
