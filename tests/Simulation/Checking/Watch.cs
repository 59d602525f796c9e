using Quittance.Core;
using Quittance.Tests.Simulation.Business;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Checking;

/// <summary>The checks at any time, from the provider's books and the clients' answers, without our own books.</summary>
internal sealed class Watch(World world, Schedule schedule)
{
    public void Look()
    {
        var authorisations = world.Sandbox.Page(World.Account, null, 1000)!.Authorisations;
        foreach (var authorisation in authorisations)
        {
            if (world.PaymentOf(authorisation.Id) == 0)
            {
                throw new SimulationException(
                    $"The provider authorised {authorisation.AmountMinor} under the id {authorisation.Id}, which no payment has.");
            }
        }

        foreach (var request in schedule.Requests)
        {
            var taken = authorisations.Where(authorisation => world.PaymentOf(authorisation.Id) / 10 == request.Number).ToList();
            if (taken.Count > 1)
                throw new SimulationException($"Request {request.Number} was authorised {taken.Count} times.");
            if (request is { AnsweredStatus: PaymentStatus.Captured, IsCash: false } && !schedule.Judged.Contains(request.Subject!.Value)
                && taken.Sum(authorisation => authorisation.Amounts.CapturedMinor) != request.Command.Amount!.Value.AmountMinor)
            {
                throw new SimulationException($"The client of request {request.Number} heard that it is captured, and it is not.");
            }
        }
    }
}
