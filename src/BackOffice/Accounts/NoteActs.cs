using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage.Console;

namespace Quittance.BackOffice.Accounts;

/// <summary>What the merchant's people note on customers.</summary>
public static class NoteActs
{
    public const string Text = "text";

    public static DeclaredAct Add { get; } = new(
        "account.note", "Notes something on a customer",
        "The note stands on the customer's page with your name and the time, and is found by its words. No customer sees it. It stays "
        + "until the customer's data is erased; the audit log has that a note was written, and not its words.",
        OperatorRole.Operator,
        [
            OneCustomer.Ask,
            new(Text, AskKind.Text, "Note", $"At most {CustomerNotes.MostLength} characters.") { Most = CustomerNotes.MostLength },
        ],
        AddAsync)
    {
        Operation = new("addNote", "accounts/notes", "Accounts", Scopes.Pay),
        IsGrave = false,
    };

    private static async Task<ActResult> AddAsync(ActRequest request)
    {
        var (found, problem) = await OneCustomer.FindAsync(request);
        if (found is not var (account, number))
            return problem!;
        await request.Part<CustomerNotes>().AddAsync(
            account, request.Asked.Required(Text), request.By($"account {number}"), request.Cancel);
        return ActResult.Done($"The note on customer {number} is kept.");
    }
}
