using Quittance.Core.Sessions;

namespace Quittance.Dialects.Http;

/// <summary>The words for the ways to pay, as sessions and the widget know them (Sport Alliance 3.1).</summary>
public static class ChoiceWords
{
    /// <summary>The word of a way to pay.</summary>
    public static string Of(PaymentChoice choice) => choice switch
    {
        PaymentChoice.CreditCard => "CREDIT_CARD",
        PaymentChoice.Sepa => "SEPA",
        PaymentChoice.Bacs => "BACS",
        PaymentChoice.SwissDebit => "CH_DD",
        PaymentChoice.SwissLsv => "LSV",
        PaymentChoice.BankTransfer => "BANK_TRANSFER",
        PaymentChoice.Cash => "CASH",
    };

    /// <summary>The way to pay of a word; null for those that no provider here has.</summary>
    public static PaymentChoice? Of(string word)
    {
        foreach (var choice in Enum.GetValues<PaymentChoice>())
        {
            if (Of(choice) == word)
                return choice;
        }

        return null;
    }
}
