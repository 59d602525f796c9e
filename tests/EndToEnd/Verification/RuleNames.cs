namespace Quittance.Tests.Verification;

/// <summary>The rules of verification, as its report names them.</summary>
internal static class RuleNames
{
    public const string SumsOfTransfers = "Every ledger account's totals are the sums of its transfers";
    public const string LedgerId = "The id of a ledger account follows from its merchant, slot, kind, holder, currency and purpose";
    public const string OneThing = "There is one ledger account for one thing";
    public const string OwnLedger =
        "A customer's ledger accounts are in the slot and the currency of the account, and the house's have no holder";

    public const string LinesOfAnEvent = "Transfers of an event are numbered from 1 without a gap";
    public const string EventOfATransfer = "Every transfer was made by an event";
    public const string EventsCounted = "Everything has as many events as it says, and every event is of something";
    public const string LastEvent = "Everything stands where its last event left it, and since then";
    public const string ANameLeads = "A name leads to something of its account";
    public const string HasItsNames =
        "The number of an account or a charge, the references of a charge and an instrument, and an order have their names";

    public const string ClosedTakesNothing = "A closed account has taken nothing since";
    public const string MergedInto = "An account is merged into another one of its currency while its last event says so";
    public const string MovedDebt =
        "What merges moved between charges left one and arrived at the other, in the same request, and names where it came from";

    public const string MovedCredit = "Credit that a merge moved came from the merged account, or back by an undo";
    public const string ClosedOwesByNews = "What a closed account owes or has came by news of its earlier payments";

    public const string FirstName =
        "An account lies in the slot that follows from its clients' first name for it, and a booking's in its departure's";

    public const string NumberOnce = "A human number was given once, in the slot of its account";
    public const string Counter = "No human number was given out beyond its slot's counter";
    public const string BehindTheRestore =
        "Every slot counts and writes on behind the last restore, and is held exactly until the release";
    public const string Raised = "A charge was raised as its own customer's debt, in full and in its currency";
    public const string OwnCharge = "A charge is settled only by its own account's money";
    public const string ChargeSums =
        "A charge's settled amount is the sum of its allocations, its forgiven amount that of its credit notes, and it was raised in full";

    public const string Owes = "What a customer owes is the open part of the customer's charges";
    public const string Captured =
        "Captured money stands in the ledger but for what went back, other money not at all; allocated is what settles charges";

    public const string OwnMoney =
        "A payment moves its own customer's money in its own currency, in the ways in which payments move money";

    public const string OneHolder = "One holder has all money of a payment: where a provider was asked for it, that provider";

    public const string OwnInstrument = "A payment is made with an instrument of its own account, in that instrument's way";
    public const string ApprovedCapture =
        "A payment taken through a provider is captured exactly when its provider approved the capture";

    public const string AttemptOfPayment =
        "An attempt belongs to a payment of its account, and an open one will be asked for unless it was given up";

    public const string AskedByEvents =
        "What an event of a payment asked of its provider is an attempt, and every attempt was asked by an event";

    public const string AttemptMoney =
        "An attempt is about the money and the instrument of its payment, and about the payment's own authorisation";

    public const string AskedWithinADay = "An attempt without an outcome is asked about within a day, unless it was given up";
    public const string Claims = "A payment claims charges of its own account exactly while it is under way, and no more than its amount";
    public const string WentBack =
        "Disputes, late declines, chargebacks and corrections took what transfers say, and the merchant wrote off what a payment lacked";

    public const string Corrected = "What was corrected on a charge moved its money as the correction says";
    public const string Moved = "What was moved to other customers became their payments, in the same commits and with the same holder";
    public const string Freed =
        "Money that leaves charges and stays credit was taken off them by a correction, or was on its way to a refund";

    public const string Unbooked =
        "Unbooking a line took back what its booking moved, and the money of the payment that the line had brought";

    public const string TakenBack = "A line is taken back only with the import of its statement";
    public const string DisputeIs =
        "A dispute is known by its provider's reference, and an event of its payment opened it; other events tell its end";

    public const string Refunded =
        "What refunds take from a payment and do not give back is refunded, and what is done was paid out";

    public const string RefundStands = "A refund stands where its provider says, and belongs to its payment's account";
    public const string RefundTook = "A refund took its amount with the event of the payment that it names";
    public const string ByTwo = "An act above the limit, by an operator, was approved by a second person";
    public const string DoneAsAsked = "An approved act was done as it was asked for, by the commit of the approval";
    public const string TwoPeople = "The people of a request are those of its actions in the audit log, and two where it was approved";
    public const string InTime = "A request was approved before its time was over, and expired when it was";
    public const string LevelHappened = "Each level that a customer reached has its event, and each such event its level";
    public const string LevelsFollow =
        "Levels of a cycle follow one another, each on a later day, and a cycle begins when the one before has ended";

    public const string AtLastLevel = "A customer stands at the last level, unless dunning has ended since";
    public const string HeldByEvent = "A customer's dunning is held while the last event about that says so";
    public const string LevelOfPolicy =
        "Each level was that of the policy in force, with its fee, which is a charge of the same commit";

    public const string FeeOfLevel = "Each fee of dunning is that of a level";
    public const string FeeOfReturn =
        "Each fee of a returned debit is the provider's fee of that return, of the same customer, where the policy in force says so";
    public const string PolicySet =
        "Each policy of dunning has its action in the audit log, of the same moment, and each action its policy";

    public const string TryOfPayment =
        "Each try is a payment of the same customer with the same instrument, for no more than the first one claimed";

    public const string AskedForDue =
        "Each payment of a run of dues is for its charge alone, of the same customer, by a stored instrument";

    public const string AutopayGiven =
        "Each consent to autopay is to an instrument of the same customer, follows the one before, and has its events";

    public const string MonthlyDues =
        "Each run of dues that began by itself is that of its month, of the policy in force, and no sooner than it says";

    public const string MonthlySet =
        "Each policy of monthly dues has its action in the audit log, of the same moment, and each action its policy";

    public const string CollectionHas = "A collection that is built has as many debits as it says, and their sum, and a kept file";

    public const string DebitIsCapture = "Each debit is a capture at the bank, of an instrument of the same customer with a mandate";

    public const string TransferPays = "Each transfer pays a refund of money at the bank, to a bank account of the same customer";

    public const string MandateUsed = "A mandate was used on the days of its first and its last debit";

    public const string TriesFollow =
        "Tries of a payment follow one another as the policy in force says, and the first one follows a failure";

    public const string RetrySet =
        "Each policy of retries has its action in the audit log, of the same moment, and each action its policy";

    public const string ProfileSet =
        "Each profile of the merchant has its action in the audit log, of the same moment, and each action its profile";
    public const string LogoSet = "Each logo of the merchant has its action in the audit log, of the same moment, and each action its logo";
    public const string SentenceSet =
        "Each sentence in mails has its action in the audit log, of the same moment, and each action its sentence";
    public const string DatevSet =
        "Each chart for DATEV has its action in the audit log, of the same moment, and each action its chart";
    public const string MailSet = "Each policy of mail has its action in the audit log, of the same moment, and each action its policy";

    public const string LimitSet = "Each limit has its action in the audit log, of the same moment, and each action its limit";
    public const string WithinTolerance = "A shortfall is within the tolerance of its moment";
    public const string ToleranceSet =
        "Each tolerance has its action in the audit log, of the same moment, and each action its tolerance";

    public const string Seats = "The seats taken of a departure are those of its bookings that are held or confirmed";
    public const string BookingConfirmed =
        "A booking is confirmed exactly when its charge was raised, for its price, and its payment is captured";

    public const string LineMoved = "A line of a statement has moved its amount once if it is booked, and nothing if it is not";
    public const string LineBetween =
        "A booked line moves money between its own account and what it is booked for, in the slot of its payment";

    public const string LineStatement =
        "Every line of a statement has its statement's account and currency, and a payment that is captured";
    public const string StatementLines =
        "A statement has as many lines as it says, its own and those it shares, and they lead from its first balance to its last";

    public const string LinePayment =
        "A line that is booked for a payment has one; money that came, with what did not come, is all of it, and no other line is booked";

    public const string LineHolder = "The money of a payment that a line is booked for is with whom the line says";
    public const string Answers = "A client's own reference leads to a payment or refund of its account, and no event answers two keys";
    public const string AnswerEvent = "Every kept answer leads to its event";

    public const string Required = "A second factor is required exactly where the last action about it says so";
    public const string SumsToZero = "All balances of a currency add up to zero";
    public const string HourSums = "The sums of an hour are those of its transfers";
    public const string BeforeTheHours = "No slot stands before the hours that are added up";
    public const string ClosedBalance = "The trial balance of a closed month is the one that was kept when it was closed";
    public const string ClosedTransfers = "A closed month has as many transfers as when it was closed";
    public const string ClosedByAction =
        "Each closing and opening of a month has its action in the audit log, with the hash of its journal, and each action its month";
    public const string FirstOpenDay = "Each slot has the first open day that was set last, which lies behind every closed month";
    public const string OpenDayGoesOn =
        "A first open day had come when it was set, and only the opening of its month sets an earlier one";
    public const string OnAnOpenDay = "Nothing was booked on a closed day";
}
