using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Finds what an operator names: charges, customers and payments.</summary>
public sealed class NamedThings(NpgsqlDataSource database)
{
    private readonly Evidence _evidence = new(database);
    private readonly Books _books = new(database);

    /// <summary>The charge of a name; or why the name means no one charge.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(NamedCharge? Charge, string? Problem)> ChargeAsync(MerchantId merchant, string name, CancellationToken cancel)
    {
        var found = (await _evidence.NamedAsync(merchant, [NameChoice.Bare(name)], cancel)).Charges;
        return NameChoice.OneOf(found, NameChoice.Bare(name), one => one.Number) is { } charge ? (charge, null)
            : (null, NameChoice.ProblemOf("charge", name, found.Select(one => one.Number)));
    }

    /// <summary>The customer of a name; or why the name means no one customer.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(NamedPayer? Customer, string? Problem)> CustomerAsync(MerchantId merchant, string name, CancellationToken cancel)
    {
        var found = (await _evidence.NamedAsync(merchant, [NameChoice.Bare(name)], cancel, leadsOn: true)).Payers;
        return NameChoice.OneOf(found, NameChoice.Bare(name), one => one.Number) is { } payer ? (payer, null)
            : (null, NameChoice.ProblemOf("customer", name, found.Select(one => one.Number)));
    }

    /// <summary>Why names of charges or of a customer that a person types mean no one thing; null where each does.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<string?> ProblemOfTypedAsync(
        MerchantId merchant, SettlementChoice choice, IEnumerable<string> names, CancellationToken cancel)
    {
        if (choice is not (SettlementChoice.Charge or SettlementChoice.Customer))
            return null;
        foreach (var name in names)
        {
            var found = await _evidence.NamedAsync(merchant, [NameChoice.Bare(name)], cancel, leadsOn: true);
            var problem = choice == SettlementChoice.Charge
                ? NameChoice.OneOfTyped(found.Charges, name, one => one.Number) is not null ? null
                    : NameChoice.ProblemOfTyped("charge", name, found.Charges.Select(one => one.Number))
                : NameChoice.OneOfTyped(found.Payers, name, one => one.Number) is not null ? null
                    : NameChoice.ProblemOfTyped("customer", name, found.Payers.Select(one => one.Number));
            if (problem is not null)
                return problem;
        }

        return null;
    }

    /// <summary>The payment of a number or an id; or why there is none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(PaymentView? Payment, string? Problem)> PaymentAsync(MerchantId merchant, string name, CancellationToken cancel)
    {
        var found = long.TryParse(name, out var number) ? await _books.PaymentAsync(merchant, number, cancel)
            : Guid.TryParse(name, out var id) ? await _books.PaymentAsync(new PaymentId(merchant, id), asOf: null, cancel) : null;
        return found is null ? (null, $"there is no payment {name}") : (found, null);
    }
}
