using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>An admin's desk at a business that has one of everything, for all that one class looks at.</summary>
public sealed class LookedAtDesk(BooksFixture books) : IAsyncLifetime
{
    /// <summary>The desk.</summary>
    internal TestDesk Desk { get; private set; } = null!;

    /// <summary>The business.</summary>
    internal DeskSamples Samples { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Samples = await DeskSamples.CreateWithBusinessAsync(books);
        Desk = await TestDesk.OpenAsync(books, merchant: Samples.Merchant);
        // The looking takes longer than a proof is good for.
        await books.ScalarAsync(
            "UPDATE console_session SET proven_at = now() + interval '1 day' WHERE person_id = $1 RETURNING 1", Desk.Person.Id);
    }

    public ValueTask DisposeAsync()
    {
        Desk.Dispose();
        return ValueTask.CompletedTask;
    }
}
