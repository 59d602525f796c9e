using Quittance.Core.Providers;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>A process's way to the provider, on which everything happens that can happen to a request and its answer.</summary>
internal sealed class Way(World world, SimulatedProcess process)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Sends a request on its way.</summary>
    /// <param name="payment">Which payment of the schedule it is for.</param>
    /// <param name="asks">Whether it is a question about the request.</param>
    /// <param name="arrive">The act of the provider.</param>
    /// <param name="answer">Makes the caller's answer of the provider's.</param>
    /// <param name="none">The caller's answer where none comes.</param>
    public async Task<TAnswer> TravelAsync<TReply, TAnswer>(
        int payment, Verb verb, bool asks, Func<TReply> arrive, Func<TReply, Task<TAnswer>> answer, TAnswer none)
    {
        process.ThrowIfDead();
        var (fate, random) = world.Fates.Next(payment, verb, asks);
        world.Note($"      {process}: {(asks ? "asks for " : "")}{verb} of payment {payment}: {fate}");
        switch (fate)
        {
            case Fate.Plain:
                return await answer(arrive());
            case Fate.RequestLost:
                return none;
            case Fate.NoAnswer:
                await SleepAsync(Patience);
                return none;
            case Fate.AnswerLost:
                arrive();
                return none;
            case Fate.AnswerTooLate:
                arrive();
                await SleepAsync(Patience);
                return none;
            case Fate.AnswerLate:
                await SleepAsync(TimeSpan.FromSeconds(random.Next(1, 6)));
                var late = arrive();
                await SleepAsync(TimeSpan.FromSeconds(random.Next(1, 4)));
                return await answer(late);
            case Fate.CallerSleeps:
                var unseen = arrive();
                await SleepAsync(TimeSpan.FromSeconds(random.Next(25, 90)));
                return await answer(unseen);
            case Fate.RequestDelayed:
                world.Time.At(TimeSpan.FromSeconds(random.Next(1, 60)), () => arrive());
                await SleepAsync(random.Next(2) == 0 ? Patience : TimeSpan.FromSeconds(1));
                return none;
            case Fate.RequestTwice:
                var first = arrive();
                world.Time.At(TimeSpan.FromSeconds(random.Next(1, 60)), () => arrive());
                return await answer(first);
            case Fate.CallerDiesBefore:
                throw process.Die();
            case Fate.CallerDiesDuring:
                world.Time.At(TimeSpan.FromSeconds(random.Next(0, 60)), () => arrive());
                throw process.Die();
            case Fate.CallerDiesAfter:
                arrive();
                throw process.Die();
            default:
                throw new InvalidOperationException($"{fate}");
        }
    }

    public async Task SleepAsync(TimeSpan span)
    {
        await world.Time.SleepAsync(span);
        process.ThrowIfDead();
    }
}
