using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>One merchant with a business for all tests of a class that change nothing of it.</summary>
public sealed class SharedSamples(BooksFixture books) : IAsyncLifetime
{
    internal DeskSamples All { get; private set; } = null!;

    public async ValueTask InitializeAsync() => All = await DeskSamples.CreateWithBusinessAsync(books);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
