using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Storage.Providers;

namespace Quittance.BackOffice.BankCollections;

/// <summary>The bank account that collects debits and pays refunds.</summary>
public static class BankAccountActs
{
    public const string AccountNumber = "iban";
    public const string Holder = "name";
    public const string Creditor = "creditor";
    public const string BankCode = "bic";
    public const string Flavour = "flavour";
    public const string Scheme = "scheme";
    public const string Booking = "booking";
    public const string FilePerGroup = "file_per_group";
    public const string CutOff = "cut_off";
    public const string Lead = "lead_days";
    public const string Notice = "notice_days";

    /// <summary>
    /// The folder of the bank's files: no ask, as only who has the machine names one. Empty for none; without it the account keeps its own.
    /// </summary>
    public const string Folder = "folder";


    private const string Single = "single";
    private const int LongestIban = 42;
    private const int LongestIdentifier = 35;
    private const int LongestBic = 11;
    /// <summary>Of a day.</summary>
    public const int Hours = 24;

    public static DeclaredAct Set { get; } = new(
        "collect.account", "Sets the bank account that collects debits and pays refunds, in place of the one before",
        "Collections that are built from now on go there. Those that are built already keep their account.", OperatorRole.Admin,
        [
            new(AccountNumber, AskKind.Text, "IBAN", "The merchant's bank account.") { Most = LongestIban, IsNoCard = true },
            new(Holder, AskKind.Text, "Holder", "The merchant, as customers read it.") { Most = SepaText.NameLength },
            new(Creditor, AskKind.Text, "Creditor identifier", "With CH-DD the merchant's number at PostFinance.")
            {
                Most = LongestIdentifier,
                IsNoCard = true,
            },
            new(BankCode, AskKind.Text, "BIC", "The bank; the IBAN tells it if left out.") { Most = LongestBic, IsOptional = true },
            Word(
                Flavour, "Files", "The bank's files: sepa if left out, or swiss for CH-DD in Swiss francs.",
                EnumWords.All<BankFlavour>()),
            Word(Scheme, "Rulebook", "core if left out, or b2b for businesses alone.", DebitSchemes.Words),
            Word(
                Booking, "The bank books", "The debits of a file in one line (batch) if left out, or each in its own (single).",
                ["batch", Single]),
            new(
                FilePerGroup, AskKind.Flag, "File per group",
                "The bank takes one group in a file: one-off and recurring debits get files of their own."),
            Whole(CutOff, "Cut-off hour", "The hour until which the bank takes a file, in Frankfurt's time; 11 if left out.", Hours) with
            {
                Least = 0,
            },
            Whole(Lead, "Lead days", "Business days before the due day on which the bank must have the file; 1 if left out.",
                BankAccount.MostLeadDays),
            Whole(Notice, "Notice days", "Days between the notice to the customer and the due day; 14 if left out.",
                BankAccount.MostNoticeDays),
        ],
        SetAsync)
    {
        Operation = new("setBankAccount", "collections/account", "Collections", Scopes.Administer),
    };

    /// <summary>What the act asks, answered as the account is.</summary>
    public static Asked AskedOf(BankAccount account) => new Asked().With(AccountNumber, account.Iban.Reveal()).With(Holder, account.Name)
        .With(Creditor, account.Identifier.ToString()).With(BankCode, account.Bic?.ToString())
        .With(Flavour, EnumWords.Of(account.Flavour)).With(Scheme, account.Scheme == DebitScheme.B2B ? DebitSchemes.B2B : null)
        .With(Booking, account.BooksEachDebit ? Single : null).With(FilePerGroup, account.HasFilePerGroup)
        .With(CutOff, (long)account.CutOffHour).With(Lead, (long)account.LeadDays).With(Notice, (long)account.NoticeDays);

    private static Ask Word(string name, string label, string meaning, IReadOnlyList<string> words) =>
        new(name, AskKind.Word, label, meaning) { Words = words, IsOptional = true };

    private static Ask Whole(string name, string label, string meaning, int most) =>
        new(name, AskKind.Whole, label, meaning) { Most = most, IsOptional = true };

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        var flavour = EnumWords.Find<BankFlavour>(asked.Text(Flavour) ?? "") ?? BankFlavour.Sepa;
        if (!Iban.TryParse(asked.Required(AccountNumber), out var iban, out var fault) || !flavour.Reaches(iban.Country))
        {
            var reach = flavour == BankFlavour.Swiss ? "Switzerland or Liechtenstein" : "SEPA";
            var why = fault == IbanFault.None ? "" : $": {EnumWords.Of(fault).Replace('_', ' ')}";
            return ActResult.Wrong(AccountNumber, $"This is no IBAN of {reach}{why}.");
        }

        if (!flavour.TryParseCreditor(asked.Required(Creditor), out var creditor))
        {
            return ActResult.Wrong(Creditor, flavour == BankFlavour.Swiss ? "This is no number at PostFinance: it has 5 to 35 digits."
                : "This is no creditor identifier: something is mistyped.");
        }

        Bic? bic = null;
        if (asked.Text(BankCode) is { } code && !Bic.TryParse(code, out bic))
            return ActResult.Wrong(BankCode, "This is no BIC: it has 8 or 11 letters and digits.");
        var name = asked.Required(Holder);
        if (SepaText.Of(name, SepaText.NameLength).Length == 0)
            return ActResult.Wrong(Holder, $"A name has 1 to {SepaText.NameLength} characters on one line.");
        if (flavour == BankFlavour.Swiss && asked.Text(Booking) == Single)
            return ActResult.Wrong(Booking, "That is of SEPA files: CH-DD has no word for it.");
        var accounts = request.Part<ProviderAccounts>();
        var before = await accounts.ReadAsync(request.Merchant, ClearingProvider.Bank, request.Cancel);
        var account = new BankAccount(
            name, iban, bic, creditor, DebitSchemes.Of(asked.Text(Scheme)) ?? DebitScheme.Core)
        {
            Flavour = flavour,
            BooksEachDebit = asked.Text(Booking) == Single,
            HasFilePerGroup = asked.Flag(FilePerGroup),
            Folder = asked.Text(Folder) is { } folder ? folder.Length == 0 ? null : folder
                : before is null ? null : BankSettings.TryRead(before.ApiKey)?.Folder,
        };
        account = account with
        {
            CutOffHour = (int?)asked.Whole(CutOff) ?? account.CutOffHour,
            LeadDays = (int?)asked.Whole(Lead) ?? account.LeadDays,
            NoticeDays = (int?)asked.Whole(Notice) ?? account.NoticeDays,
        };
        await accounts.SaveAsync(
            BankSettings.AccountOf(request.Merchant, account), request.Cancel, request.By($"bank account {iban}"));
        return ActResult.Done($"Debits are collected on {iban} for {name}, creditor {creditor}.");
    }
}
