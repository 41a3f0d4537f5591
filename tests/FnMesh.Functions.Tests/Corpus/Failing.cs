using FnMesh.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Company.Function;

public class Failing
{
    [Function("Failing")]
    public async Task<IActionResult> RunAsync([HttpTrigger(AuthorizationLevel.Admin, "get", Route = null)] HttpRequest req, FunctionContext executionContext)
    {
        await Task.Yield();
        throw new InvalidOperationException($"{executionContext.Items["begun"]} {req.Query["name"]}");
    }
}
