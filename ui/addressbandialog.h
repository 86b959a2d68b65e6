#pragma once

#include "ui/sanctiondialog.h"

class QLabel;

namespace hearth {

/// A ban of an address or a subnet. It stays open until whoever is asked has said that it is done: `accept()`, or
/// `setProblem()`.
class AddressBanDialog : public SanctionDialog
{
    Q_OBJECT

public:
    explicit AddressBanDialog(QWidget *parent);

    /// Below the address.
    void setProblem(const QString &sentence);

signals:
    /// As typed, without blanks around it; not empty.
    void banRequested(const QString &address, std::optional<qint64> forSeconds, const QString &reason);

protected:
    void submit() override;

private:
    QLineEdit *m_address;
    QLabel *m_problem;
};

} // namespace hearth
