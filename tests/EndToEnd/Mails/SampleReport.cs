using System.Text;

namespace Quittance.Tests.Mails;

/// <summary>Reports about mails that do not arrive, as mail servers write them.</summary>
internal static class SampleReport
{
    public static string InBase64(string message) => Convert.ToBase64String(Encoding.UTF8.GetBytes(message));

    /// <summary>As Postfix writes it: it returns the headers.</summary>
    public static string OfPostfix(
        string messageId, string address = "anna@example.com", string action = "failed", string status = "5.1.1") => Lines($"""
        Return-Path: <>
        Received: by mail.example.com (Postfix) id 4WhQz51xRcz2; Thu, 12 Nov 2026 09:41:07 +0000 (UTC)
        Date: Thu, 12 Nov 2026 09:41:07 +0000 (UTC)
        From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: shop@works.example
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="4WhQz50ZQcz1.1794476467/mail.example.com"
        Content-Transfer-Encoding: 8bit
        Message-Id: <20261112094107.4WhQz51xRcz2@mail.example.com>

        This is a MIME-encapsulated message.

        --4WhQz50ZQcz1.1794476467/mail.example.com
        Content-Description: Notification
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        This is the mail system at host mail.example.com.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

                           The mail system

        <{address}>: host mx.example.com[192.0.2.7] said:
        550 {status} Recipient address rejected (in reply to RCPT TO)

        --4WhQz50ZQcz1.1794476467/mail.example.com
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example.com
        X-Postfix-Queue-ID: 4WhQz50ZQcz1
        X-Postfix-Sender: rfc822; shop@works.example
        Arrival-Date: Thu, 12 Nov 2026 09:41:05 +0000 (UTC)

        Final-Recipient: rfc822; {address}
        Original-Recipient: rfc822;anna@example.com
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.example.com
        Diagnostic-Code: smtp; 550 {status} <{address}>: Recipient address rejected

        --4WhQz50ZQcz1.1794476467/mail.example.com
        Content-Description: Undelivered Message Headers
        Content-Type: text/rfc822-headers
        Content-Transfer-Encoding: 8bit

        Return-Path: <shop@works.example>
        From: Works <shop@works.example>
        Date: Thu, 12 Nov 2026 09:41:05 +0000
        Subject: Your receipt
        Message-Id: <{messageId}>
        To: Anna Keller <{address}>
        MIME-Version: 1.0

        --4WhQz50ZQcz1.1794476467/mail.example.com--

        """);

    /// <summary>As Exchange Online writes it: it returns the mail, and the text before it is HTML.</summary>
    public static string OfExchange(string messageId, string address = "anna@example.com") => Lines($"""
        From: Microsoft Outlook
         <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.onmicrosoft.com>
        To: "shop@works.example" <shop@works.example>
        Date: Thu, 12 Nov 2026 09:41:09 +0000
        Content-Type: multipart/report; report-type=delivery-status;
         boundary="b68a1c4e-6b7d-4a3c-8f0f-6d7b1f3fb1fd"
        X-MS-Exchange-Message-Is-Ndr:
        Content-Language: en-US
        Message-ID: <b68a1c4e-6b7d-4a3c-8f0f-6d7b1f3fb1fd@AM0PR01MB0001.eurprd01.prod.exchangelabs.com>
        In-Reply-To: <{messageId}>
        References: <{messageId}>
        Subject: Undeliverable: Your receipt
        Auto-Submitted: auto-replied
        MIME-Version: 1.0

        --b68a1c4e-6b7d-4a3c-8f0f-6d7b1f3fb1fd
        Content-Type: multipart/alternative; differences=Content-Type;
         boundary="3d6ee1fd-1e1f-4d2f-8b53-4e6a7d6d9f11"

        --3d6ee1fd-1e1f-4d2f-8b53-4e6a7d6d9f11
        Content-Type: text/plain; charset="us-ascii"

        Your message to {address} couldn't be delivered.

        --3d6ee1fd-1e1f-4d2f-8b53-4e6a7d6d9f11
        Content-Type: text/html; charset="us-ascii"

        <html><body><p>Your message to {address} couldn't be delivered.</p></body></html>

        --3d6ee1fd-1e1f-4d2f-8b53-4e6a7d6d9f11--

        --b68a1c4e-6b7d-4a3c-8f0f-6d7b1f3fb1fd
        Content-Type: message/delivery-status

        Reporting-MTA: dns;AM0PR01MB0001.eurprd01.prod.exchangelabs.com
        Received-From-MTA: dns;mail.works.example
        Arrival-Date: Thu, 12 Nov 2026 09:41:08 +0000

        Final-Recipient: rfc822;{address}
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {address} not found by SMTP address lookup

        --b68a1c4e-6b7d-4a3c-8f0f-6d7b1f3fb1fd
        Content-Type: message/rfc822

        From: Works <shop@works.example>
        To: Anna Keller <{address}>
        Subject: Your receipt
        Date: Thu, 12 Nov 2026 09:41:05 +0000
        Message-ID: <{messageId}>
        MIME-Version: 1.0
        Content-Type: text/plain; charset="us-ascii"

        Hello Anna Keller

        --b68a1c4e-6b7d-4a3c-8f0f-6d7b1f3fb1fd--

        """);

    /// <summary>As Exim writes it: its text for people says more than its status, which is always the same.</summary>
    /// <param name="fields">What it says of the recipient, but the address and that it failed.</param>
    /// <param name="step">The step at which another mail server refused the mail.</param>
    public static string OfExim(string messageId, string fields, string step = "RCPT TO:<anna@example.com>") => Lines($"""
        Return-path: <>
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mail.example.com>
        To: shop@works.example
        References: <{messageId}>
        Content-Type: multipart/report; report-type=delivery-status; boundary=1794476467-eximdsn-804289383
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1vIxyz-0001aB-2C@mail.example.com>
        Date: Thu, 12 Nov 2026 09:41:07 +0000

        --1794476467-eximdsn-804289383
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          anna@example.com
            host mx.example.com [192.0.2.7]
            SMTP error from remote mail server after {step}:
            550 as below

        --1794476467-eximdsn-804289383
        Content-type: message/delivery-status

        Reporting-MTA: dns; mail.example.com

        Action: failed
        Final-Recipient: rfc822;anna@example.com
        {fields}

        --1794476467-eximdsn-804289383
        Content-type: text/rfc822-headers

        From: Works <shop@works.example>
        To: Anna Keller <anna@example.com>
        Subject: Your receipt
        Message-ID: <{messageId}>

        --1794476467-eximdsn-804289383--

        """);

    /// <summary>As others write it: they return nothing of the mail, return it in Base64, or are behind a gateway.</summary>
    /// <param name="returned">The part that returns the mail, if any.</param>
    /// <param name="reply">The header by which the report is an answer to the mail, if any.</param>
    /// <param name="isWrapped">Whether a gateway has put the report into a part beside its own words.</param>
    public static string OfOthers(string returned = "", string reply = "", bool isWrapped = false)
    {
        var report = Lines($"""
            Content-Type: multipart/report; report-type=delivery-status; boundary=report

            --report
            Content-Type: text/plain

            Your mail could not be delivered.

            --report
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.com

            Final-Recipient: rfc822; anna@example.com
            Action: failed
            Status: 5.1.1

            {(returned.Length == 0 ? "" : $"--report\n{returned}\n")}
            --report--

            """);
        var wrapped = isWrapped ? Lines($"""
            Content-Type: multipart/mixed; boundary=gateway

            --gateway
            {report}
            --gateway
            Content-Type: text/plain

            This message comes from outside.

            --gateway--

            """) : report;
        return Lines($"""
            From: MAILER-DAEMON@mx.example.com
            To: shop@works.example
            Subject: Undelivered mail
            Message-Id: <1@mx.example.com>
            {(reply.Length == 0 ? "" : reply + "\n")}MIME-Version: 1.0
            {wrapped}
            """);
    }

    /// <summary>The part with a mail, or with its headers, in Base64.</summary>
    public static string ReturnedInBase64(string type, string messageId) =>
        $"Content-Type: {type}\nContent-Transfer-Encoding: base64\n\n"
        + InBase64($"From: shop@works.example\r\nTo: anna@example.com\r\nMessage-ID: <{messageId}>\r\n\r\nHello\r\n");

    /// <summary>A message that a person has written.</summary>
    public static string OfAPerson(string messageId) => Lines($"""
        From: Anna Keller <anna@example.com>
        To: shop@works.example
        Subject: Re: Your receipt
        In-Reply-To: <{messageId}>
        Date: Thu, 12 Nov 2026 09:41:05 +0000
        Message-ID: <1@example.com>

        My iban is wrong in it.

        """);

    private static string Lines(string text) => text.ReplaceLineEndings("\r\n");
}
