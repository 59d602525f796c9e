using System.Collections.Frozen;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.AccountPage;

/// <summary>The words of customers' own pages, and those of the payment page.</summary>
internal static class AccountTexts
{
    public static FrozenDictionary<string, CustomerTexts> All { get; } = CustomerTexts.Load(
        typeof(AccountTexts).Assembly, "Quittance.Dialects.AccountPage.texts", PageTexts.All);
}
