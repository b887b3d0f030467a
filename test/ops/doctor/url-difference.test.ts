import { explainDifference } from '../../../ops/doctor/url-difference.ts';

describe('the difference between two URLs', () => {
  const url = 'https://mcp.example.com/mcp';

  it.each([
    ['https://mcp.example.com/mcp/', 'it has a slash at the end'],
    ['http://mcp.example.com/mcp', 'it is http and not https'],
    ['https://www.example.com/mcp', 'it is another host, www.example.com and not mcp.example.com'],
    ['https://mcp.example.com:8443/mcp', 'it is another host, mcp.example.com:8443 and not mcp.example.com'],
    ['http://evil.example.com/mcp', 'it is another host, evil.example.com and not mcp.example.com'],
    ['http://mcp.example.com:8000/mcp', 'it is http and not https'],
    ['urn:mcp', 'it is urn and not https'],
    ['https://mcp.example.com/', 'it is another path, / and not /mcp'],
    ['https://mcp.example.com/mcp?a=b', 'the query or the fragment differs'],
    ['https://mcp.example.com/mcp#top', 'the query or the fragment differs'],
    ['https://MCP.example.com:443/mcp', 'it is spelled differently: upper case or a standard port'],
    ['mcp', 'it is not a URL'],
    [
      'https://mcp.example.com/prod/mcp',
      "it begins with /prod, such as the stage of an API Gateway or a proxy's prefix",
    ],
  ])('of %s is named', (actual, difference) => {
    expect(explainDifference(url, actual)).toBe(difference);
  });

  it.each([
    ['https://mcp.example.com/mcp/', url, 'it has no slash at the end'],
    ['https://mcp.example.com/', 'https://mcp.example.com', 'it has no slash at the end'],
    [
      'http://localhost:8110',
      'https://evil.example.com',
      'it is another host, evil.example.com and not localhost:8110',
    ],
    ['https://mcp.example.com', 'https://mcp.example.com/', 'it has a slash at the end'],
    [
      'https://mcp.example.com/prod/mcp',
      url,
      "it lacks /prod, such as the stage of an API Gateway or a proxy's prefix",
    ],
  ])('is named the other way round: %s and %s', (expected, actual, difference) => {
    expect(explainDifference(expected, actual)).toBe(difference);
  });
});
