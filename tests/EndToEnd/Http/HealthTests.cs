using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

public sealed class HealthTests(BooksFixture books)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_OfARunningServer_IsGood(string path)
    {
        using var answer = await books.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
