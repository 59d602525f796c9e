using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.BackOffice.BankCollections;

/// <summary>
/// The merchant's bank account as the text that the vault seals, where other providers have their key. Its words never change: what was
/// sealed long ago must still be read.
/// </summary>
public static class BankSettings
{
    /// <summary>The provider account of a bank account.</summary>
    public static ProviderAccount AccountOf(MerchantId merchant, BankAccount account) =>
        new(merchant, ClearingProvider.Bank, BankAccount.Address, Write(account), []);

    /// <summary>The bank account of a provider account's key; null where it is none.</summary>
    public static BankAccount? TryRead(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject read || !Iban.TryParse((string?)read["iban"], out var iban)
                || !FlavourOf(read).TryParseCreditor((string?)read["creditor"], out var creditor) || (string?)read["name"] is not { } name
                || EnumWords.Find<DebitScheme>((string?)read["scheme"]) is not { } scheme)
            {
                return null;
            }

            return new BankAccount(name, iban, (string?)read["bic"] is { } bic ? Bic.Parse(bic) : null, creditor, scheme)
            {
                Flavour = FlavourOf(read),
                CutOffHour = (int)read["cut_off_hour"]!,
                LeadDays = (int)read["lead_days"]!,
                NoticeDays = (int)read["notice_days"]!,
                Folder = (string?)read["folder"],
                BooksEachDebit = (bool?)read["books_each_debit"] ?? false,
                HasFilePerGroup = (bool?)read["has_file_per_group"] ?? false,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Settings that name no flavour are of SEPA.</summary>
    private static BankFlavour FlavourOf(JsonObject read) => EnumWords.Find<BankFlavour>((string?)read["flavour"]) ?? BankFlavour.Sepa;

    private static string Write(BankAccount account) => new JsonObject
    {
        ["flavour"] = EnumWords.Of(account.Flavour),
        ["name"] = account.Name,
        ["iban"] = account.Iban.Reveal(),
        ["bic"] = account.Bic?.ToString(),
        ["creditor"] = account.Identifier.ToString(),
        ["scheme"] = EnumWords.Of(account.Scheme),
        ["cut_off_hour"] = account.CutOffHour,
        ["lead_days"] = account.LeadDays,
        ["notice_days"] = account.NoticeDays,
        ["folder"] = account.Folder,
        ["books_each_debit"] = account.BooksEachDebit,
        ["has_file_per_group"] = account.HasFilePerGroup,
    }.ToJsonString();
}
