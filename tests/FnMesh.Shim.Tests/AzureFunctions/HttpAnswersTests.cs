using System.Text;
using FnMesh.Shim.AzureFunctions.Calls;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class HttpAnswersTests
{
    public static TheoryData<string, int, string?, string> Returned => new()
    {
        { """{ "http": { "body": { "json": "{\"a\":1}" } } }""", 200, "application/json; charset=utf-8", "{\"a\":1}" },
        { """{ "http": { "statusCode": "404", "body": { "bytes": "YWJj" } } }""", 404, "application/octet-stream", "abc" },
        { """{ "http": { "statusCode": "teapot" } }""", 200, null, "" },
        { """{ "string": "just text" }""", 200, "text/plain; charset=utf-8", "just text" },
        { """{ "json": "{}" }""", 200, "application/json; charset=utf-8", "{}" },
        { """{ "int": "7" }""", 200, "application/json; charset=utf-8", "7" },
        { """{ "double": 1.5 }""", 200, "application/json; charset=utf-8", "1.5" },
        { "{ }", 200, null, "" },
        { """{ "http": { "statusCode": "204", "body": { "string": "x" } } }""", 204, null, "" },
    };

    [Theory]
    [MemberData(nameof(Returned))]
    public async Task What_a_function_returns_is_the_answer(string returned, int status, string? type, string body)
    {
        var (response, written) = await WriteAsync(new InvocationResponse { ReturnValue = TypedData.Parser.ParseJson(returned) });
        Assert.Equal((status, type, body), (response.StatusCode, response.ContentType, written));
    }

    [Fact]
    public async Task Headers_of_the_connection_and_of_the_mesh_are_not_the_functions_to_say()
    {
        var http = new RpcHttp { StatusCode = "201", Headers = { ["X-A"] = "b", ["Transfer-Encoding"] = "chunked", ["Content-Length"] = "99", ["fnmesh-verdict"] = "Denied", ["Content-Type"] = "text/x" }, Body = new TypedData { String = "made" } };
        var (response, written) = await WriteAsync(new InvocationResponse { ReturnValue = new TypedData { Http = http } });
        Assert.Equal((201, "b", 4L, "text/x", "made"), (response.StatusCode, response.Headers["X-A"].ToString(), response.ContentLength, response.ContentType, written));
        Assert.False(response.Headers.ContainsKey("Transfer-Encoding") || response.Headers.ContainsKey("fnmesh-verdict"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_pass_as_they_are()
    {
        var (response, _) = await WriteAsync(new InvocationResponse { ReturnValue = new TypedData { Bytes = ByteString.CopyFrom(0, 255, 128) } });
        Assert.Equal([0, 255, 128], ((MemoryStream)response.Body).ToArray());
    }

    private static async Task<(HttpResponse Response, string Written)> WriteAsync(InvocationResponse done)
    {
        var response = new DefaultHttpContext { Response = { Body = new MemoryStream() } }.Response;
        await HttpAnswers.WriteAsync(response, done, new HttpCallTrigger("req", "api/x", [], "anonymous", "$return"), CancellationToken.None);
        return (response, Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray()));
    }
}
