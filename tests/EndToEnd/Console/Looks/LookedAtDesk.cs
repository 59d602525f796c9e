using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>An admin's desk at a business that has one of everything, for all that one class looks at.</summary>
/// <param name="books">The books.</param>
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
    }

    public ValueTask DisposeAsync()
    {
        Desk.Dispose();
        return ValueTask.CompletedTask;
    }
}
