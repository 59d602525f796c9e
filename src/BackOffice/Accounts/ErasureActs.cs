using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage;

namespace Quittance.BackOffice.Accounts;

/// <summary>The data of customers.</summary>
public static class ErasureActs
{
    public const string Account = "account";
    public const string Number = "number";

    public static DeclaredAct Erase { get; } = new(
        "account.erase", "Erases what the books hold of a customer",
        "The name, the payment methods with their sealed numbers and mandates, and the texts that APIs keep with payments are erased for "
        + "good. Amounts, charges, payments and the ledger stay, as the books require. This can't be undone; backups made until now still "
        + "hold it.",
        OperatorRole.Admin,
        [
            new(Account, AskKind.Text, "Customer", "The customer, by its id, its number or a name that clients use.") { IsNoCard = true },
            new(Number, AskKind.Whole, "Number", "The customer's number as well, because this can't be undone.") { Most = long.MaxValue },
        ],
        EraseAsync)
    {
        Operation = new("eraseAccount", "accounts/erase", "Accounts", Scopes.Administer),
    };

    private static async Task<ActResult> EraseAsync(ActRequest request)
    {
        var (name, number, erasing) =
            (request.Asked.Required(Account), request.Asked.Whole(Number)!.Value, request.Part<Erasing>());
        var found = await erasing.FindAsync(request.Merchant, name, dialect: null, request.Cancel);
        if (found.Count == 0)
            return ActResult.NoSuch(Account, "account", $"There is no customer {name}.");
        // Several APIs may have customers of one name.
        if (found.FirstOrDefault(one => one.Number == number) is not { Number: > 0, Id: var account })
            return ActResult.Wrong(Number, "This is not the customer's number.");
        var erasure = await erasing.EraseAsync(account, request.By($"customer {number}"), request.Cancel);
        if (!erasure.IsDone)
            return ActResult.Refused($"First this has to end: {string.Join("; ", erasure.UnderWay)}.");
        var isNew = erasure.Erased.Any(step => step.Rows > 0);
        return ActResult.Done(
            isNew ? $"The data of customer {number} is erased." : $"Nothing was left to erase of customer {number}.", isNew);
    }
}
