using System.Collections.Frozen;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Console.Parts;
using Quittance.Storage.Tenancy;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Layout;

/// <summary>
/// The messages on the page that follows an action. The address carries a word and never the text, so that no link can make the console say
/// things.
/// </summary>
internal static class Done
{
    private const string Parameter = "done";

    // Outcomes that the operator did not want must not look like successes.
    private static readonly FrozenDictionary<string, StatusWord> Texts = new Dictionary<string, StatusWord>
    {
        ["account-closed"] = new("The account is closed. It takes nothing new until it is reopened."),
        ["account-merged"] = new("The account is merged: what was open on it is here."),
        ["account-unmerged"] = new("The merge is undone. Charges and credit that were left are back."),
        ["account-opened"] = new("The account is open."),
        ["account-reopened"] = new("The account is open again."),
        ["api-opened"] = new("The API is open. Make a credential for each program that is to use it."),
        ["approval-asked"] = new(
            "Nothing is done yet: the amount is above the limit. It waits for a second person to approve it.", Tone.Waiting),
        ["approval-rejected"] = new("The request is rejected. Nothing was done."),
        ["approval-void"] = new(
            "Nothing was done, and the request is void: what it is about has changed since, or allows it no more. Look at it first.",
            Tone.Bad),
        ["contact-changed"] = new("The contact is saved."),
        ["charge-corrected"] = new("The charge is corrected."),
        ["charge-raised"] = new("The charge is raised: the customer owes it."),
        ["collection-built"] = new("The collection is built. Release it, so that its file may go to the bank.", Tone.Waiting),
        ["collection-called-off"] = new("The collection is called off. What it has waits for another one."),
        ["collection-damaged"] = new("The kept file is not the one that was built. Nothing was handed out.", Tone.Bad),
        ["collection-late"] = new(
            "Nothing was handed out: the bank takes no file for this day any more. Call the collection off and build another.", Tone.Bad),
        ["collection-needs-reason"] = new(
            "Nothing was handed out: the file was handed out already, and no reason was given why it is needed again.", Tone.Bad),
        ["collection-not-handed-out"] = new("Nothing was handed out: the collection has changed meanwhile. Try it again.", Tone.Bad),
        ["collection-not-released"] = new("Nothing was handed out: the collection is not released.", Tone.Bad),
        ["collection-overtaken"] = new(
            "Nothing was handed out: a refund of the file was paid or called off meanwhile, or the mandate of a debit has ended, or its "
            + "bill was paid. Call the collection off and build another.",
            Tone.Bad),
        ["note-added"] = new("The note is kept."),
        ["autopay-chosen"] = new("The consent is kept. Runs of what is due ask this payment method."),
        ["autopay-ended"] = new("Autopay is ended. Runs of what is due leave this customer out."),
        ["dues-begun"] = new("The newest run below has begun, or waits until another person releases it.", Tone.Waiting),
        ["dues-released"] = new("The run is released, and has begun.", Tone.Waiting),
        ["dues-monthly"] = new("A run begins by itself each month. The next day stands below."),
        ["dues-monthly-ended"] = new("No run begins by itself any more."),
        ["dues-stopped"] = new("The run is stopped. What it has asked for goes on."),
        ["format-ended"] = new("The format is ended. Files with its header line are asked about again."),
        ["format-set"] = new("The format is kept. Hand the file in once more: it is read by it.", Tone.Waiting),
        ["link-made"] = new("The link is made. Send its address to the customer."),
        ["link-taken-back"] = new("The link is taken back. Its page takes no payment any more."),
        ["perhaps-not-sent"] = new("The bank did not have it: collections may have it again."),
        ["perhaps-sent"] = new("The bank had it: it goes there no more. Its lines of the bank's statements are booked as always."),
        ["collection-released"] = new("The collection is released. Hand out its file, and upload it at the bank.", Tone.Waiting),
        ["collection-reported"] = new("The report is read. What the bank rejects is declined, or to be paid out again."),
        ["credential-revoked"] = new("The credential is revoked. Running servers may accept it for five seconds more."),
        ["customer-erased"] = new("The person's data is erased. The bookings stay."),
        ["mandate-recorded"] = new("The mandate is recorded. Keep the signed paper."),
        ["mandate-amended"] = new("The mandate is amended. The next debit tells the customer's bank of it."),
        ["instrument-removed"] = new("The payment method is removed, and its number is deleted."),
        ["origin-added"] = new(
            "Pages of the origin may embed the payment widget, and call the API where it serves browsers. Running servers know it within "
            + "seconds."),
        ["origin-removed"] = new(
            "Pages of the origin can't embed the payment widget or call the API any more. Running servers know it within seconds."),
        ["factor-removed"] = new("They are signed out, and sign in with the password alone until they set up a second factor."),
        ["factor-required"] = new("People without a second factor are signed out, and set it up at their next sign-in."),
        ["factor-optional"] = new("People without a second factor sign in with the password alone."),
        ["person-ended"] = new("They are signed out and can't sign in any more."),
        ["person-role"] = new("They have the role when they sign in next."),
        ["password-set"] = new("Your password is set. Sign in with it."),
        ["password-changed"] = new("Your password is changed. You are signed out everywhere else."),
        ["passkey-added"] = new("The passkey is registered. You are signed out everywhere else."),
        ["passkey-removed"] = new("The passkey opens nothing any more. You are signed out everywhere else."),
        ["payment-allocated"] = new("The credit settles the charge now."),
        ["payment-asked"] = new("The provider answered. Its answer is in the timeline."),
        ["payment-asked-already"] = new(
            "Somebody else is asking the provider just now, or has its answer: look at the timeline.", Tone.Waiting),
        ["payment-cancelled"] = new("The payment is called off."),
        ["payment-completed"] = new("The money is in the books."),
        ["payment-given-up"] = new(
            "The provider gave no clear answer, and Quittance stops asking. Find out there what it did, and settle the attempt by hand.",
            Tone.Bad),
        ["payment-not-released"] = new(
            "The provider does not release the money, and may have taken it. Find out there what it did, and settle the attempt by hand.",
            Tone.Bad),
        ["payment-refund-failed"] = new(
            "The provider did not give the money back. The payment still has it; the timeline says why.", Tone.Bad),
        ["payment-recorded"] = new("The payment is in the books."),
        ["payment-refunded"] = new("The money goes back to the payer."),
        ["payment-refund-asked"] = new(
            "The refund has begun. The provider has not answered yet; Quittance asks until it does.", Tone.Waiting),
        ["payment-refund-to-pay"] = new(
            "The refund has begun. Now pay it out; it is done when you say so here, or when its line of a statement is booked.",
            Tone.Waiting),
        ["payment-settled"] = new("You have settled the attempt. A later answer of the provider still wins."),
        ["payment-unanswered"] = new("The provider gave no clear answer. Quittance will ask it again.", Tone.Waiting),
        ["payment-voided"] = new("The payment is called off. Its provider is asked to release the money; the timeline shows when it has."),
        ["payment-retried"] = new("The provider took the money. This is the payment that has it."),
        ["payment-retry-asked"] = new(
            "The provider was asked for the money and has not decided yet. Quittance asks until it does.", Tone.Waiting),
        ["payment-retry-declined"] = new("The provider did not take the money this time either. The timeline says why.", Tone.Bad),
        ["refund-called-off"] = new("The refund is called off. The payment has its money as before."),
        ["refund-paid-out"] = new("The refund is done: the customer has the money."),
        ["route-set"] = new("The route is set. The servers follow it from now on."),
        ["route-ended"] = new("The route is ended. The next more general one counts from now on."),
        ["limit-set"] = new("The limit is set. It counts from now on."),
        ["dunning-ended"] = new("The policy is ended. No customer is dunned in the currency any more."),
        ["dunning-held"] = new("The dunning of the customer is changed. It counts from the next run on."),
        ["dunning-set"] = new("The policy is set. It decides from the next run on."),
        ["retries-ended"] = new("The tries are ended. Nothing is charged again by itself."),
        ["retries-set"] = new("The tries are set. They count from the next run on."),
        ["datev-set"] = new("The numbers are kept. Journals for DATEV have them from now on."),
        ["month-closed"] = new("The month is closed. Nothing is booked into it any more."),
        ["month-reopened"] = new("The month is open again. Its closing stays on record."),
        ["payee-set"] = new("The account is named. Payment pages that are loaded from now on show it."),
        ["bank-account-set"] = new("The bank account is set. Collections that are built from now on go there."),
        ["rule-ended"] = new("The rule is ended. What it has decided stays."),
        ["rule-set"] = new("The rule is made. Where it is on, it has decided the open lines that it fits."),
        ["rule-switched"] = new("The rule is changed. Where it is on, it has decided the open lines that it fits."),
        ["tolerance-ended"] = new("The tolerance is ended. A line in the currency pays what came, and no more."),
        ["tolerance-set"] = new("The tolerance is set. It counts for lines that are matched from now on."),
        ["limit-ended"] = new("The limit is ended. It counts from now on."),
        ["mail-resent"] = new("The mail is sent again. The list says how far it is."),
        ["mail-statement"] = new("The statement waits to be mailed. The list says how far it is."),
        ["mail-account-link"] = new("The link waits to be mailed. The list says how far it is."),
        ["mail-sentence"] = new("The sentence is saved. Mails that are written from now on have it."),
        ["mail-switched"] = new("What customers get is changed, from now on."),
        ["lines-decided"] = new("The lines are decided. Each can be undone on its page."),
        ["line-booked"] = new("The line is booked."),
        ["line-split"] = new("The line is split. Its parts are below: those that are open wait for you."),
        ["line-unbooked"] = new("The line is open again. Book it for what it is."),
        ["payment-moved"] = new("The money is moved. The timeline says where it went."),
        ["line-ignored"] = new("The line stays out of the books."),
        ["statement-imported"] = new("The statement is imported, and every line with a certain match is booked."),
        ["statement-known"] = new("The statement was imported before. Every line that matches by now is booked."),
        ["view-saved"] = new("The view is saved. It stands above the list."),
        ["view-renamed"] = new("The view has its new name."),
        ["view-deleted"] = new("The view is deleted."),
        ["columns-kept"] = new("The list shows you these columns from now on."),
        ["session-ended"] = new("It is signed out."),
        ["signed-out"] = new("You are signed out."),
        ["webhook-ended"] = new("The receiver gets no events any more."),
        ["webhook-replayed"] = new("The receivers get the failed events again, within about a second."),
        ["zone-changed"] = new("The days begin in the new time zone. Running servers know it within seconds."),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> CodesLeft =
        Enumerable.Range(0, SecondFactors.CodeCount).ToFrozenDictionary(WordOfCodesLeft);

    /// <summary>All messages, in English.</summary>
    internal static IEnumerable<string> Messages => Texts.Values.Select(text => text.Text);

    /// <summary>The word after the use of a recovery code.</summary>
    public static string WordOfCodesLeft(int left) => $"recovery-codes-{left}";

    /// <summary>An address whose page shows the message of an action.</summary>
    /// <param name="address">The page, without the parameter.</param>
    /// <param name="word">The outcome of the action, as in <c>payment-refunded</c>.</param>
    public static string At(string address, string word) => Texts.ContainsKey(word) || CodesLeft.ContainsKey(word)
        ? QueryHelpers.AddQueryString(address, Parameter, word)
        : throw new ArgumentException($"There is no message for {word}.", nameof(word));

    /// <summary>The message of an address; null for none.</summary>
    public static StatusWord? Of(string address) =>
        QueryHelpers.ParseQuery(new Uri(address).Query).TryGetValue(Parameter, out var words) && words is [{ } word]
            ? Find(word)
            : null;

    private static StatusWord? Find(string word) =>
        CodesLeft.TryGetValue(word, out var left)
            ? new StatusWord($"{Say("You have used a recovery code.")} {Words.OfCodesLeft(left)}", Tone.Waiting)
        : Texts.TryGetValue(word, out var text) ? text with { Text = Say(text.Text) }
        : null;
}
