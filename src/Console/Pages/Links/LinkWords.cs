using Quittance.Console.Parts;
using Quittance.Core.Sessions;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Links;

/// <summary>Where a payment link stands, in words.</summary>
internal static class LinkWords
{
    public static StatusWord Of(LinkStanding standing) => standing switch
    {
        LinkStanding.Open => new(Say("open"), Tone.Waiting),
        LinkStanding.Paid => new(Say("paid")),
        LinkStanding.Ended => new(Say("ended"), Tone.Quiet),
        LinkStanding.TakenBack => new(Say("taken back"), Tone.Quiet),
    };
}
