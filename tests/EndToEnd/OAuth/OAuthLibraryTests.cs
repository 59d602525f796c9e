using System.Diagnostics;
using System.Text.Json;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A certified client library drives the authorisation server: the npm package <c>oauth4webapi</c>.</summary>
public sealed class OAuthLibraryTests(BooksFixture books)
{
    [Fact]
    public async Task Library_GetsUsesAndEndsTokens_AndIsRefusedByTheRules()
    {
        var shop = await TokenShop.OpenAsync(books);
        var client = await shop.ClientAsync(redirectUris: Visitor.RedirectUri);
        var email = $"lib.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}@example.com";
        await SignedUp.AddAsync(shop.Database, shop.Merchant, email, "Ada Nkemelu", OperatorRole.Admin);
        var start = new ProcessStartInfo("node", [Path.Combine(RunningProgram.Solution, "tests", "EndToEnd", "OAuth", "drive.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var node = Process.Start(start)!;
        var complaint = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            issuer = books.Address.ToString().TrimEnd('/'),
            client_id = client.Name,
            secret = client.Secret,
            scope = TokenShop.Read,
            redirectUri = Visitor.RedirectUri,
            email,
            password = TokenShop.Watched(SignedUp.Password),
            operation = TokenShop.Operation,
        }));
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, await complaint);
    }
}
