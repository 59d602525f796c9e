using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Storage;

namespace Quittance.BackOffice.Acts;

/// <summary>The customer that an act is about, who is named by any of its names.</summary>
public static class OneCustomer
{
    public const string Name = "account";

    public static Ask Ask { get; } =
        new(Name, AskKind.Text, "Customer", "The customer, by its id, its number or a name that clients use.") { IsNoCard = true };

    /// <summary>The customer, or why there is not the one.</summary>
    public static async Task<((AccountId Id, long Number)? Account, ActResult? Problem)> FindAsync(ActRequest request)
    {
        var name = request.Asked.Required(Name);
        var found = await request.Part<Erasing>().FindAsync(request.Merchant, name, dialect: null, request.Cancel);
        return found.Count switch
        {
            0 => (null, ActResult.NoSuch(Name, "account", $"There is no customer {name}.")),
            1 => (found[0], null),
            _ => (null, ActResult.Wrong(
                Name, $"Several customers are called so: say the number, one of {string.Join(", ", found.Select(one => one.Number))}.")),
        };
    }
}
