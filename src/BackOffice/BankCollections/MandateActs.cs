using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;

namespace Quittance.BackOffice.BankCollections;

/// <summary>How the APIs of this server name customers.</summary>
/// <param name="Apis">The names of the APIs.</param>
/// <param name="Of">The reference that a text is for clients of an API; null where it can be none.</param>
public sealed record CustomerNames(IReadOnlyList<string> Apis, Func<MerchantId, string, string, Reference?> Of);

/// <summary>Customers' permissions to debit their bank accounts.</summary>
public static class MandateActs
{
    public const string Mandate = "mandate";
    public const string NewReference = "reference";
    public const string FormerCreditor = "former_creditor";
    public const string Api = "api";
    public const string Account = "account";
    public const string Number = "iban";
    public const string Holder = "holder";
    public const string Bank = "bic";
    public const string SignedOn = "signed_on";
    public const string OneOff = "one_off";

    private const string OwnApi = "quittance";
    private const int LongestIdentifier = 35;
    private const int LongestNumber = 42;
    private const int LongestBic = 11;
    private const int LongestName = 255;

    public static DeclaredAct Amend { get; } = new(
        "mandate.amend", "Changes what names a mandate towards the banks",
        "The next debit tells the customer's bank of it.", OperatorRole.Operator,
        [
            Text(Mandate, "Mandate", "The mandate, by its reference."),
            Text(
                NewReference, "New reference", $"Its new reference, {SepaText.IdentifierRule}; if left out it keeps its own.") with
            {
                IsOptional = true,
            },
            Text(
                FormerCreditor, "Former creditor identifier",
                "The creditor identifier under which a system before this one used it.") with
            {
                IsOptional = true,
            },
        ],
        async request =>
        {
            var (amending, problem) = await AmendingAsync(
                request.Part<Mandates>(), request.Asked, request.By($"mandate {request.Asked.Required(Mandate)}"), request.Cancel);
            if (problem is not null)
                return problem;
            var outcome = await request.Part<PaymentEngine>().SubmitAsync(amending! with { Key = request.Key });
            return outcome.Accepted ? ActResult.Done($"Mandate {request.Asked.Required(Mandate)} is amended.")
                : ActResult.Refused(outcome.Faults[0].Refusal);
        })
    {
        Operation = new("amendMandate", "mandates/amend", "Collections", Scopes.Pay),
    };

    public static DeclaredAct Import { get; } = new(
        "mandate.import", "Takes mandates from a CSV file, all or none of them",
        "Each becomes a payment method of its customer, whose number the vault seals. The file can be imported again, also after an "
        + "interruption. Its columns are account, iban, holder, mandate and signed_on, and optional ones.",
        OperatorRole.Operator,
        [
            BankUpload.Ask("A CSV file in UTF-8 with a header line, of commas or semicolons"),
            new(Api, AskKind.Text, "API", "The API whose clients name the customers so; quittance if left out.")
            {
                IsOptional = true,
                Most = LongestIdentifier,
            },
        ],
        ImportAsync)
    {
        Operation = new("importMandates", "mandates/import", "Collections", Scopes.Pay),
        HasSteps = true,
    };

    public static DeclaredAct Record { get; } = new(
        "mandate.record", "Records a mandate that a customer signed on paper",
        "It becomes a payment method of the customer, whose number the vault seals, and debits of your bank may use it. Keep the signed "
        + "paper.",
        OperatorRole.Operator,
        [
            OneCustomer.Ask,
            Text(Number, "IBAN", "The number of the customer's bank account.") with { Most = LongestNumber },
            Text(Holder, "Holder", "The holder of the bank account; the customer's name without it.") with
            {
                IsOptional = true,
                Most = SepaText.NameLength,
            },
            Text(Bank, "BIC", "The bank, where the paper says it.") with { IsOptional = true, Most = LongestBic },
            Text(
                NewReference, "Mandate reference",
                $"The reference on the paper, {SepaText.IdentifierRule}; the customer's next one without it.") with
            {
                IsOptional = true,
            },
            new(SignedOn, AskKind.Day, "Signed on", "The day of the signature."),
            new(OneOff, AskKind.Flag, "One-off", "It is good for one debit."),
        ],
        RecordAsync)
    {
        Operation = new("recordMandate", "mandates", "Collections", Scopes.Pay),
    };

    /// <summary>The command that amends a mandate as is asked; or why there is none.</summary>
    public static async Task<(AmendMandate? Amending, ActResult? Problem)> AmendingAsync(
        Mandates mandates, Asked asked, Origin by, CancellationToken cancel)
    {
        var (name, reference) = (asked.Required(Mandate), asked.Text(NewReference));
        if (await mandates.FindAsync(by.Merchant, ClearingProvider.Bank, name, cancel) is not var (instrument, account))
            return (null, ActResult.NoSuch(Mandate, "mandate", $"Your bank debits no mandate {name}."));
        CreditorIdentifier? creditor = null;
        if (asked.Text(FormerCreditor) is { } text && !CreditorIdentifier.TryParse(text, out creditor))
            return (null, ActResult.Wrong(FormerCreditor, "This is no creditor identifier: something is mistyped."));
        if (reference is null && creditor is null)
            return (null, ActResult.Wrong(NewReference, "Name a new reference or a former creditor identifier."));
        if (reference is not null && !Core.Instruments.Mandate.IsReference(MandateScheme.Sepa, reference))
            return (null, ActResult.Wrong(NewReference, $"The reference of a mandate has {SepaText.IdentifierRule}."));
        if (reference is not null && (await mandates.OfReferencesAsync(by.Merchant, [reference], cancel)).Any(
            other => other.Instrument.Id != instrument))
        {
            return (null, ActResult.Wrong(NewReference, $"{reference} is another mandate."));
        }

        return (new AmendMandate(by, account, instrument) { Reference = reference, FormerCreditor = creditor }, null);
    }

    private static async Task<ActResult> RecordAsync(ActRequest request)
    {
        var asked = request.Asked;
        var (found, problem) = await OneCustomer.FindAsync(request);
        if (found is not var (account, _) || await request.Part<CustomerReading>().FindAsync(account, request.Cancel) is not { } customer)
            return problem ?? ActResult.NoSuch(OneCustomer.Name, "account", "There is no such customer.");
        if (await request.Part<ICreditors>().FindAsync(request.Merchant, request.Cancel) is not { } creditor)
            return ActResult.Refused(CollectionActs.NoAccount);
        if (creditor.Flavour != BankFlavour.Sepa)
            return ActResult.Refused("Your bank account collects by CH-DD: this takes SEPA mandates.");
        var (number, wrong) = NumberIn(asked, customer.Account);
        if (number is null)
            return wrong!;
        var reference = asked.Text(NewReference) ?? await request.Part<ICreditors>().NextReferenceAsync(customer.Account, request.Cancel);
        if (!Core.Instruments.Mandate.IsReference(MandateScheme.Sepa, reference))
            return ActResult.Wrong(NewReference, $"The reference of a mandate has {SepaText.IdentifierRule}.");
        var mandate = new Mandate(reference, MandateScheme.Sepa, asked.Day(SignedOn)!.Value, MandateStatus.Active)
        {
            Source = MandateSource.Paper,
            IsForOneDebit = asked.Flag(OneOff),
        };
        var today = await request.TodayAsync();
        if (MandateReader.ProblemOf(mandate, today) is var (_, why))
            return ActResult.Wrong(SignedOn, Sentence(why));
        var recorded = await request.Part<MandateDesk>().RecordAsync(
            customer.Account, number, mandate, isNamed: asked.Text(NewReference) is not null, request.By($"mandate {reference}"),
            request.Key, request.Cancel);
        return recorded.Result switch
        {
            MandateRecording.Added => ActResult.Done($"Mandate {reference} of customer {customer.Account.Number} is recorded."),
            MandateRecording.Known => ActResult.Done(
                $"Mandate {recorded.Reference ?? reference} is recorded already.", isChanged: false),
            MandateRecording.AnotherMandate => ActResult.Wrong(NewReference, Sentence(recorded.Why)),
            MandateRecording.NoCustomerForIt => ActResult.Wrong(Account, Sentence(recorded.Why)),
            MandateRecording.Refused => ActResult.Refused(recorded.Refusal!.Value),
        };
    }

    /// <summary>The bank account that the paper names; or what is wrong.</summary>
    private static (IbanAccount? Number, ActResult? Problem) NumberIn(Asked asked, Core.Accounts.Account account)
    {
        if (MandateReader.ProblemOf(asked.Required(Number), out var iban) is { } problem)
            return (null, ActResult.Wrong(Number, Sentence(problem)));
        // Else each collection would leave its debits out.
        if (!iban!.IsInEea)
            return (null, ActResult.Wrong(Number, $"A debit of {iban} needs the debtor's address: collections would leave it out."));
        Bic? bic = null;
        if (asked.Text(Bank) is { } code && !Bic.TryParse(code, out bic))
            return (null, ActResult.Wrong(Bank, "A BIC has 8 or 11 letters and digits."));
        return (asked.Text(Holder) ?? account.Name) is { } holder && MandateReader.IsHolder(holder)
            ? (new IbanAccount(iban, bic, holder), null) : (null, ActResult.Wrong(Holder, Sentence(MandateReader.Holders)));
    }

    private static string Sentence(string problem) => $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.";

    private static async Task<ActResult> ImportAsync(ActRequest request)
    {
        var (names, api) = (request.Part<CustomerNames>(), request.Asked.Text(Api) ?? OwnApi);
        if (!names.Apis.Contains(api, StringComparer.Ordinal))
            return ActResult.Wrong(Api, $"There is no such API: it is one of {string.Join(", ", names.Apis)}.");
        if (BankUpload.BytesOf(request.Asked.Required(BankUpload.File)) is not { } bytes)
            return BankUpload.NoFile;
        if (await request.Part<CollectionDesk>().AccountAsync(request.Merchant, request.Cancel) is null)
            return ActResult.Refused(CollectionActs.NoAccount);
        using var file = new MemoryStream(bytes, writable: false);
        var outcome = await request.Part<MandateDesk>().ImportAsync(
            file, name => names.Of(request.Merchant, api, name), request.By("mandates"), progress: null, request.Cancel);
        return outcome.Faults.Count > 0 ? ActResult.Wrong(BankUpload.File, [.. outcome.Faults.Select(fault => fault.ToString())])
            : ActResult.Done(
                $"New mandates: {outcome.Added}; there already: {outcome.Known}.{BankUpload.TextOf(outcome.Remarks)}", outcome.Added);
    }

    private static Ask Text(string name, string label, string meaning) =>
        new(name, AskKind.Text, label, meaning) { Most = LongestIdentifier, IsNoCard = true };
}
