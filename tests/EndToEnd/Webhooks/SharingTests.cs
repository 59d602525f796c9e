using System.Collections.Concurrent;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>Several processes tell what is committed, and one that is killed takes nothing with it.</summary>
[Long("programs of its own, and ten thousand events")]
public sealed class SharingTests(BooksFixture books)
{
    private const int Payments = 2_000;
    private const int Allocations = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandEvents_TwoServersAndOneKilled_AllArriveInOrder_AtABadReceiver()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, secret) = await teller.SubscribeAsync(receiver.Address);
        var misbehaved = new ConcurrentDictionary<string, bool>();
        var hangs = new TaskCompletionSource();
        receiver.Answer = async hook =>
        {
            // Each hundredth message fails the first time: by an error, by hanging up, or by no answer at all.
            if (Convert.ToInt32(hook.Subject[^4..], 16) % 100 != hook.Sequence || !misbehaved.TryAdd(hook.Message, true))
                return 204;
            if (misbehaved.Count % 3 == 0)
                await hangs.Task;
            return misbehaved.Count % 2 == 0 ? 500 : null;
        };

        await using var survivor = await StartAsync(teller);
        await using (var killed = await StartAsync(teller))
        {
            var paying = Task.WhenAll(Enumerable.Range(0, Payments).Select(_ => teller.PayAsync(Allocations)));
            await receiver.UntilAsync(Payments);
            await killed.KillAsync();
            await paying;
        }

        await NoticePost.UntilAsync(
            async () => await teller.StandAsync() == $"delivered {Payments * (1 + Allocations)}");
        hangs.SetResult();
        var all = receiver.All.ToList();
        Assert.Equal(Payments * (1 + Allocations), all.Select(hook => hook.Message).Distinct().Count());
        // The servers repeat the deliveries that failed, and those that the killed server had on its way.
        var first = all.DistinctBy(hook => hook.Message).ToLookup(hook => hook.Subject, hook => hook.Sequence);
        Assert.All(first, subject => Assert.Equal(Enumerable.Range(1, 1 + Allocations), subject));
        Assert.All(all, hook => Assert.True(hook.IsSignedBy(secret)));
        Assert.NotEmpty(misbehaved);
    }

    [Fact]
    public async Task Server_KilledBetweenSendingAndNoting_HasItToldAgainByAnother()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        var answers = new TaskCompletionSource();
        receiver.Answer = async _ =>
        {
            await answers.Task;
            return 204;
        };
        // Links in events begin with the server's address.
        var port = BooksFixture.FreePort();
        await using (var killed = await StartAsync(teller, port))
        {
            await teller.PayAsync();
            await receiver.UntilAsync(1);
            await killed.KillAsync();
        }

        answers.SetResult();
        await using var another = await StartAsync(teller, port);
        await NoticePost.UntilAsync(async () => await teller.StandAsync() == "delivered 1");
        Assert.Equal(2, receiver.All.Count);
        Assert.Single(receiver.All.Select(hook => (hook.Message, hook.Body)).Distinct());
    }

    private static Task<RunningProgram> StartAsync(Teller teller, int? port = null) => RunningProgram.StartAsync(
        "serve", "--port", $"{port ?? BooksFixture.FreePort()}", "--private-webhooks", "--webhook-timeout", "2", "--database",
        teller.Own.ConnectionString);
}
