using System.Globalization;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Overdue;
using Quittance.Storage.Overdue;

namespace Quittance.BackOffice.Overdue;

/// <summary>When stored instruments are charged again. Quittance's own API has the days as a list, in an operation of its own.</summary>
public static class RetryActs
{
    public const string After = "after_days";
    public const string Unexplained = "unexplained";
    public const string ChargeFees = "charge_fees";

    private const string Word = "retry.policy";
    private const int LongestDays = 40;

    public static DeclaredAct SetPolicy { get; } = new(
        Word, "Sets when stored instruments are charged again",
        "A card or bank account that did not pay is charged again on these days, where it had not enough money.",
        OperatorRole.Admin, [
            new(After, AskKind.Text, "Days after the failure", "One for each try, with commas between: 3, 7, 14.") { Most = LongestDays },
            new(
                Unexplained, AskKind.Flag, "Unexplained", "Also try again where the provider gave no reason, and after a returned debit."),
            new(ChargeFees, AskKind.Flag, "Fees", "Also have the customer pay the provider's fee of a returned debit."),
        ], SetAsync);

    public static DeclaredAct EndPolicy { get; } = new(
        Word, "Ends the tries of failed payments",
        "No card and no bank account is charged again by itself any more.",
        OperatorRole.Admin, [],
        async request =>
        {
            await ChangeAsync(request, null);
            return ActResult.Done("No instrument is charged again by itself.");
        });

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        List<int> days = [];
        foreach (var text in asked.Required(After).Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var day))
                return ActResult.Wrong(After, "Type the days with commas between, such as 3, 7, 14.");
            days.Add(day);
        }

        if (!RetryPolicy.AreDays(days))
        {
            return ActResult.Wrong(
                After, $"A policy has 1 to {RetryPolicy.MostTries} tries, each more days after the failure than the one before, and at "
                    + $"most {RetryPolicy.MostDays}.");
        }

        var policy = new RetryPolicy(request.Merchant, days, asked.Flag(Unexplained)) { ChargesFee = asked.Flag(ChargeFees) };
        await ChangeAsync(request, policy);
        return ActResult.Done($"Instruments are charged again after {string.Join(", ", days)} days.");
    }

    private static Task ChangeAsync(ActRequest request, RetryPolicy? policy) => request.Part<RetryPolicies>().SetAsync(
        request.Merchant, policy, request.By("retries"), key: null, request.Cancel);
}
