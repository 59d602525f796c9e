using Quittance.Core.Mails;

namespace Quittance.Console.Layout;

/// <summary>Where a person does something about what a mail says.</summary>
public static class OperatorPlaces
{
    /// <summary>The path of the page.</summary>
    /// <param name="payment">The number of the payment that it is about; null for none or several.</param>
    public static string Of(MailKind kind, long? payment) => kind switch
    {
        MailKind.ApprovalWaits => Places.Approvals.Href,
        MailKind.WebhookFails => Places.Webhooks.Href,
        _ => payment is { } number ? Places.Payment(number).Href : Places.Today.Href,
    };
}
