using Microsoft.AspNetCore.Components;
using Quittance.BackOffice.Acts;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Mails;

/// <summary>A page from which a mail goes to one customer, whom the address can name.</summary>
public abstract class CustomerMailPage : ActPage
{
    [Inject] private CustomerReading Reading { get; set; } = null!;

    /// <summary>The customer whom the address or the form names by the id; null where a person types whom.</summary>
    public NamedAccount? Customer { get; private set; }

    /// <summary>The page that one comes from.</summary>
    public Place From => Customer is { Account: var account } ? Places.Customer(account) : Places.Mails;

    /// <inheritdoc/>
    public override bool AsksReason => false;

    protected override async Task ReadAsync()
    {
        if (Places.Id(TypedIn(OneCustomer.Name)) is { } id)
            Customer = await Reading.FindAsync(new AccountId(Operator.Merchant, id), Cancel);
    }
}
