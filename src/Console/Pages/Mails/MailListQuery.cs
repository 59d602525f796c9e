using Microsoft.AspNetCore.Http;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Mails;

namespace Quittance.Console.Pages.Mails;

/// <summary>The filters of the list of mails, as they stand in its address. Unreadable ones are left out.</summary>
/// <param name="Customer">Null for all.</param>
/// <param name="Status">Null for any.</param>
internal sealed record MailListQuery(Guid? Customer, MailStatus? Status)
{
    public static MailListQuery Of(IQueryCollection query) =>
        new(Places.Id(query["customer"]), EnumWords.Find<MailStatus>(query["status"]));

    /// <summary>What it asks of a merchant's mails.</summary>
    public MailQuery AskedOf(MerchantId merchant) =>
        new(Status, Customer is { } customer ? new AccountId(merchant, customer) : null);

    /// <param name="path">The page or the file.</param>
    /// <param name="after">The last mail of the part before; null for the newest part.</param>
    public string At(string path, MailId? after = null) => Places.With(path, new()
    {
        ["customer"] = Customer?.ToString("D"),
        ["status"] = Status is { } status ? EnumWords.Of(status) : null,
        ["after"] = after?.Value.ToString("D"),
    });
}
