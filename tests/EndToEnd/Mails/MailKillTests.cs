using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>Where a mail is when its server dies.</summary>
public enum MailKillStep
{
    /// <summary>The server has it for itself, and the mail server has heard no more than whom it is for.</summary>
    Claimed,

    /// <summary>The mail server has all of it, and no mailbox does.</summary>
    Sent,

    /// <summary>It is in the mailbox, and the mail server has not said so.</summary>
    Taken,

    /// <summary>The mail server says that it has taken it, and the server may not have noted that.</summary>
    Answered,
}

/// <summary>A server is killed while it sends a mail: the mail is not lost, and goes out at most once more, under the same id.</summary>
[Long]
public sealed class MailKillTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailKillStep.Claimed, 1)]
    [InlineData(MailKillStep.Sent, 2)]
    [InlineData(MailKillStep.Taken, 2)]
    [InlineData(MailKillStep.Answered, 2)]
    public async Task Mail_OfAServerThatIsKilled_IsNotLost_AndGoesOutAtMostOnceMore(MailKillStep step, int most)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        using var kill = new Kill();
        receiver.OnRecipient = () => step == MailKillStep.Claimed ? kill.WaitAsync() : Task.CompletedTask;
        receiver.OnMail = _ => step == MailKillStep.Sent ? kill.WaitAsync() : Task.CompletedTask;
        receiver.AfterMail = async session =>
        {
            if (step == MailKillStep.Answered && !kill.IsOver)
                await session.Pipe!.Output.WriteAsync("250 Ok\r\n"u8.ToArray(), Cancel);
            if (step is MailKillStep.Taken or MailKillStep.Answered)
                await kill.WaitAsync();
        };
        await office.PayAsync(await office.CustomerAsync());

        await using (var server = await StartAsync(office, receiver))
        {
            await kill.UntilReachedAsync();
            await server.KillAsync();
        }

        kill.End();
        // The lease of the server that died runs out.
        await office.ExecuteAsync("UPDATE mail SET due_at = now() WHERE status = 'waiting'");
        await using var other = await StartAsync(office, receiver);
        await NoticePost.UntilAsync(async () => await office.StandAsync() == "sent 1");

        Assert.InRange(receiver.Mailbox.Count, 1, most);
        Assert.Single(receiver.Mailbox.Select(mail => mail.MessageId).Distinct());
    }

    private static Task<RunningProgram> StartAsync(PostOffice office, MailReceiver receiver) => RunningProgram.StartAsync(
        "serve", "--database", $"{office.Own.ConnectionString};Maximum Pool Size=12", "--smtp", $"smtp://127.0.0.1:{receiver.Port}",
        "--mail-from", "shop@works.example");

    /// <summary>A step at which the mail server stands still, once, until the server is dead.</summary>
    private sealed class Kill : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOver => _over.Task.IsCompleted;

        public Task UntilReachedAsync() => _reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);

        public Task WaitAsync()
        {
            _reached.TrySetResult();
            return _over.Task;
        }

        public void End() => _over.TrySetResult();

        public void Dispose() => End();
    }
}
