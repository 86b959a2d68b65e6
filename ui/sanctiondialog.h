#pragma once

#include <QDialog>

#include <optional>

class QComboBox;
class QLineEdit;

namespace hearth {

/// What is about to be done to somebody: a sentence, for how long where that can be chosen, and why.
class SanctionDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Length { Once, Lasting };

    SanctionDialog(const QString &title, const QString &detail, const QString &accept, Length length, QWidget *parent);

signals:
    /// Nothing: for good.
    void decided(std::optional<qint64> forSeconds, const QString &reason);

private:
    void submit();

    QComboBox *m_length = nullptr; ///< none of something that is done once
    QLineEdit *m_reason;
};

} // namespace hearth
