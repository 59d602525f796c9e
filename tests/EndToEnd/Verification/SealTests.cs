using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Storage.Sealing;
using Quittance.Storage.Verification;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Verification;

/// <summary>A seal that is kept outside of the books shows later whether they were continued or rewritten.</summary>
public sealed class SealTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Books_ContainTheSealsThatTheyHad()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        List<Seal> seals = [await SealAsync(own)];
        await using (var engine = own.Engine())
        {
            for (var payment = 0; payment < 3; payment++)
            {
                Assert.True((await engine.SubmitAsync(shop.Payment($"A-{payment}"))).Accepted);
                seals.Add(await SealAsync(own));
            }
        }

        Assert.Equal(4, seals.Select(seal => Convert.ToHexString(seal.Hash.Span)).Distinct().Count());
        Assert.Empty(await BrokenAsync(own, seals));
    }

    [Fact]
    public async Task BooksThatWereRewrittenWhole_LackTheSealsThatTheyHad()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var rewritten = await OwnBooks.CreateAsync(books);
        var (shop, other) = (new Business(await own.MerchantAsync()), new Business(await rewritten.MerchantAsync()));
        await PayAsync(own, shop);
        var seal = await SealAsync(own);
        await PayAsync(rewritten, other);

        var found = Assert.Single(await BrokenAsync(rewritten, [seal]));

        Assert.Equal(SealCheck.AgainstRule, found.Rule);
        Assert.Contains("is not in the chain of these books in", found.Examples[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task BooksFromBeforeASeal_AreToldToBeOlder()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var restored = await OwnBooks.CreateAsync(books);
        var (shop, other) = (new Business(await own.MerchantAsync()), new Business(await restored.MerchantAsync()));
        await PayAsync(restored, other);
        await PayAsync(own, shop);

        var found = Assert.Single(await BrokenAsync(restored, [await SealAsync(own)]));

        Assert.Contains("is younger than these books", found.Examples[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileOfSeals_ThatWasCutOrReordered_IsRefusedWithItsReason()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await PayAsync(own, shop);
        var seal = await SealAsync(own);
        var text = SealText.Of(seal).ToJsonString();
        var last = Convert.ToHexStringLower(seal.Slots[31].Span);
        var paid = seal.Slots.Select(slot => Convert.ToHexStringLower(slot.Span)).First(slot => slot != last);

        Assert.Equal([seal.Hash.ToArray()], SealText.Read(text, out var fault).Select(read => read.Hash.ToArray()));
        Assert.Null(fault);
        Assert.Equal(2, SealText.Read($"{text}\n{text}\n", out fault).Count);
        Assert.Equal("it is not JSON as it was written: the file was cut or changed", FaultOf(text[..^10]));
        Assert.Equal("its seal 1 is not the hash of its slots: the file was re-ordered or changed",
            FaultOf(text.Replace(paid, "x", StringComparison.Ordinal).Replace(last, paid, StringComparison.Ordinal)
                .Replace("\"x\"", $"\"{last}\"", StringComparison.Ordinal)));
        Assert.Equal("its seal 1 lacks something: the file was cut or changed",
            FaultOf(text.Replace($",\"{last}\"]", "]", StringComparison.Ordinal)));
        Assert.Equal("it has no seal", FaultOf(""));
    }

    [Fact]
    public async Task Commands_ShowASeal_AndVerifyAgainstIt()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        await PayAsync(own, shop);
        var file = Path.Combine(Path.GetTempPath(), $"seals-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}.json");
        try
        {
            var (_, shown, _) = await RunningProgram.RunAsync("seal", "show", "--json", "--database", own.ConnectionString);
            await File.WriteAllTextAsync(file, shown, Cancel);
            Assert.Equal(0, (await VerifyAsync(own, file)).ExitCode);

            await File.WriteAllTextAsync(file, SealText.Of(
                SealText.Read(shown, out _)[0] with { Merchant = new MerchantId(77) }).ToJsonString(), Cancel);
            var foreign = await VerifyAsync(own, file);
            Assert.Equal(1, foreign.ExitCode);
            Assert.Contains("these books have no such merchant", foreign.Error, StringComparison.Ordinal);

            await File.WriteAllTextAsync(file, shown[..100], Cancel);
            Assert.Contains("is no file of seals", (await VerifyAsync(own, file)).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Server_AppendsTheSealsThatHaveChangedToItsFile()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var file = Path.Combine(Path.GetTempPath(), $"seals-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}.json");
        var settings = new ServerSettings(IPAddress.Loopback, 1, new PublicAddress("http://127.0.0.1:1"), IsDemo: false)
        {
            SealFile = file,
        };
        using var service = new SealService(
            new Seals(own.Database), settings, TimeProvider.System, NullLogger<SealService>.Instance);
        try
        {
            for (var payment = 0; payment < 2; payment++)
            {
                await PayAsync(own, shop);
                await service.TellAsync(Cancel);
                await service.TellAsync(Cancel);
            }

            var seals = SealText.Read(await File.ReadAllTextAsync(file, Cancel), out var fault);
            Assert.Null(fault);
            Assert.Equal(2, seals.Count);
            Assert.Empty(await BrokenAsync(own, seals));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? FaultOf(string text)
    {
        SealText.Read(text, out var fault);
        return fault;
    }

    private static Task<(int ExitCode, string Output, string Error)> VerifyAsync(OwnBooks own, string file) =>
        RunningProgram.RunAsync("verify", "--against", file, "--database", own.ConnectionString);

    private static async Task PayAsync(OwnBooks own, Business shop)
    {
        await using var engine = own.Engine();
        Assert.True((await engine.SubmitAsync(shop.Payment("A-1"))).Accepted);
    }

    private static async Task<Seal> SealAsync(OwnBooks own) => Assert.Single(await new Seals(own.Database).ListAsync(Cancel));

    private static async Task<IReadOnlyList<Difference>> BrokenAsync(OwnBooks own, IReadOnlyList<Seal> seals) =>
        Assert.Single(await new Verifier(own.Database).VerifyAsync(null, Cancel, seals)).Differences;
}
