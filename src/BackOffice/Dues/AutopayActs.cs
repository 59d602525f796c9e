using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.Dues;

/// <summary>Customers' consents that their bills are collected when they are due.</summary>
public static class AutopayActs
{
    public const string Instrument = "instrument";
    public const string Language = "language";
    public const string Text = "text";

    private const int IdLength = 36;
    private const int LongestText = 500;
    private const string Group = "Autopay";

    public static DeclaredAct Choose { get; } = new(
        "autopay.choose", "Keeps that a customer chose autopay: bills are collected by a card or a bank account when they are due",
        "Runs of dues ask it and no other of the customer's, from now on. The words, their language and the time are kept as the "
        + "customer's consent: say them as the customer agreed to them, and keep your own proof of it. A consent before it ends.",
        OperatorRole.Operator,
        [
            OneCustomer.Ask,
            new(Instrument, AskKind.Text, "Card or bank account", "The id of a payment method that is stored for the customer.")
            {
                IsNoCard = true,
                Most = IdLength,
            },
            new(Language, AskKind.Word, "Language", "The language of the words; English if left out.")
            {
                IsOptional = true,
                Words = AutopayTexts.Languages,
            },
            new(Text, AskKind.Text, "Words", "The words that the customer agreed to; ours in the language if left out.")
            {
                IsOptional = true,
                Most = LongestText,
            },
        ],
        ChooseAsync)
    {
        Operation = new("chooseAutopay", "autopay", Group, Scopes.Pay),
        IsGrave = false,
    };

    public static DeclaredAct End { get; } = new(
        "autopay.end", "Ends a customer's autopay",
        "Nothing is collected of the customer by itself any more, and no failed payment is tried again, until the customer chooses autopay "
        + "anew: also where the customer never chose it here, and a client stored the card. What is under way goes on.",
        OperatorRole.Operator, [OneCustomer.Ask],
        async request =>
        {
            var (account, problem) = await OneCustomer.FindAsync(request);
            return account is not { } found ? problem!
                : await SubmitAsync(
                    request, new EndAutopay(request.By($"account {found.Number}"), TargetOf(found.Id), SourceOf(request)),
                    $"Nothing is collected of customer {found.Number} by itself any more.",
                    $"Customer {found.Number} has ended it already.");
        })
    {
        Operation = new("endAutopay", "autopay/end", Group, Scopes.Pay),
        IsGrave = false,
    };

    private static async Task<ActResult> ChooseAsync(ActRequest request)
    {
        var asked = request.Asked;
        if (!Guid.TryParse(asked.Required(Instrument), out var id))
            return NoInstrument();
        var (account, problem) = await OneCustomer.FindAsync(request);
        if (account is not { } found)
            return problem!;
        var language = asked.Text(Language) ?? AutopayTexts.Usual;
        var result = await SubmitAsync(
            request,
            new ChooseAutopay(
                request.By($"account {found.Number}"), TargetOf(found.Id), new InstrumentId(request.Merchant, id), SourceOf(request),
                asked.Text(Text) ?? AutopayTexts.Of(language)!, language),
            $"Customer {found.Number} has chosen autopay.", $"Customer {found.Number} has chosen so already.");
        return result.Refusal == Refusal.InstrumentUnknown ? NoInstrument() : result;

        static ActResult NoInstrument() => ActResult.NoSuch(
            Instrument, "instrument", "The customer has stored no such card or bank account, or it can't be charged any more.");
    }

    private static async Task<ActResult> SubmitAsync(ActRequest request, Command command, string done, string already)
    {
        var outcome = await request.Part<PaymentEngine>().SubmitAsync(command with { Key = request.Key });
        return outcome.Accepted ? ActResult.Done(done, !outcome.Replayed)
            : outcome.Faults[0].Refusal == Refusal.NothingToChange ? ActResult.Done(already, isChanged: false)
            : ActResult.Refused(outcome.Faults[0].Refusal);
    }

    private static AccountTarget TargetOf(AccountId account) =>
        AccountTarget.Named([Reference.ToAccountId(account.Merchant, account.Value)]);

    private static AutopaySource SourceOf(ActRequest request) => request.By("") switch
    {
        { Credential: not 0 } => AutopaySource.Api,
        { Action.Person: not null } => AutopaySource.Console,
        _ => AutopaySource.CommandLine,
    };
}
