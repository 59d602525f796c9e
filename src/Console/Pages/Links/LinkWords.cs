using Quittance.Console.Parts;
using Quittance.Core.Sessions;

namespace Quittance.Console.Pages.Links;

/// <summary>Where a payment link stands, in words.</summary>
internal static class LinkWords
{
    public static StatusWord Of(LinkStanding standing) => standing switch
    {
        LinkStanding.Open => new("open", Tone.Waiting),
        LinkStanding.Paid => new("paid"),
        LinkStanding.Ended => new("ended", Tone.Quiet),
        LinkStanding.TakenBack => new("taken back", Tone.Quiet),
    };
}
